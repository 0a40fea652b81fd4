/** Makes migrations from the tables: `npx drizzle-kit generate`. */
import { defineConfig } from 'drizzle-kit'

export default defineConfig({
  dialect: 'postgresql',
  schema: './src/domain/**/tables.ts',
  out: './drizzle',
})
