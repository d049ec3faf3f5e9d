/** A text too long to be handed around and recorded: a file in ASCII, in the job's directory and there as long as that is. */
export interface TextFile {
  /** Absolute path. */
  readonly textFile: string
  /** A file of another length is another one. */
  readonly bytes: number
}

export function isTextFile(value: unknown): value is TextFile {
  return typeof value === 'object' && value !== null && 'textFile' in value
}
