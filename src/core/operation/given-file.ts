/** A file that a person has sent, kept as an artifact. Its name and contents are from outside. */
export interface GivenFile {
  readonly id: string
  readonly name: string
  readonly mediaType: string
  readonly sizeBytes: number
}
