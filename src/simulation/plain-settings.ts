import type { PilotSettings } from '../actors/settings.ts'

/** The settings of a pilot of whom nothing special was asked; each world adds what it is about. */
export const plainSettings: PilotSettings = {
  queue: 'QUEUE',
  label: 'managed',
  versionTag: 'PR',
  jobType: undefined,
  resourceType: undefined,
  countryGroup: undefined,
  workingGroup: undefined,
  allowOtherCountry: false,
  sameTask: false,
  memory: 16_000,
  node: 'node',
  version: '1',
  launchDirectory: '/launch',
  cleanup: true,
  baseUrls: ['http://transforms.example'],
  lifetime: 100_000,
  startedAt: 0,
  logExtras: [],
}
