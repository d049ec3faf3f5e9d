/** What the command line and the node say, as far as the bodies need it. Constant for the life of the pilot. */
export interface PilotSettings {
  readonly queue: string
  /** prodSourceLabel and version tag as given. */
  readonly label: string
  readonly versionTag: string
  readonly jobType: string | undefined
  readonly resourceType: string | undefined
  readonly countryGroup: string | undefined
  readonly workingGroup: string | undefined
  readonly allowOtherCountry: boolean
  /** Later jobs only from the task of the first. */
  readonly sameTask: boolean
  /** MB. */
  readonly memory: number
  readonly node: string
  readonly version: string
  /** The directory the pilot was started in, or made for itself. */
  readonly launchDirectory: string
  /** Job directories are removed after the job. */
  readonly cleanup: boolean
  readonly baseUrls: readonly string[]
  /** s. */
  readonly lifetime: number
  /** ms since the epoch. */
  readonly startedAt: number
  /** Files of the pilot that go into every log archive. */
  readonly logExtras: readonly (readonly [path: string, name: string])[]
}
