/** Every dialect that is replayed. */
import { ANTHROPIC } from './anthropic.ts'
import { GEMINI, MISTRAL } from './google-mistral.ts'
import { LLAMA_CPP, LM_STUDIO, OLLAMA, SGLANG, VLLM } from './local.ts'
import { AZURE, OPENAI } from './openai.ts'
import { DEEPSEEK, GROQ, KIMI, OPENROUTER, XAI } from './thinking.ts'
import type { Dialect } from './wire.ts'

export const DIALECTS: readonly Dialect[] = [
  ...[ANTHROPIC, OPENAI, AZURE, GEMINI, MISTRAL, GROQ, DEEPSEEK, KIMI, XAI, OPENROUTER],
  ...[VLLM, SGLANG, OLLAMA, LM_STUDIO, LLAMA_CPP],
]
