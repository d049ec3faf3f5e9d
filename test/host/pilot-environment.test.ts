import { expect, test } from 'vitest'
import { payloadEnvironment } from '../../src/host/payload-environment.ts'
import { type PilotConstants, pilotEnvironment } from '../../src/host/pilot-environment.ts'
import type { AttemptNr, PandaId } from '../../src/job/ids.ts'

const constants: PilotConstants = {
  version: '1.2.3',
  experiment: 'generic',
  directory: '/pilot',
  sourceDirectory: '/opt/pilot',
  outputDirectory: '/pilot',
  serverUrl: 'https://panda.example.org:25443',
  queueDataUrl: '',
  storageDataUrl: '',
}

test('the constants of the run carry the names of the Python pilot; what is not set is not there', () => {
  const environment = pilotEnvironment(constants, { resource: 'Q', site: 'SITE' })
  expect(environment).toMatchObject({ PILOT_HOME: '/pilot', PILOT_SITENAME: 'Q', PILOT_RUCIO_SITENAME: 'SITE' })
  expect(environment).not.toHaveProperty('QUEUEDATA_SERVER_URL')
})

test('a payload gets these constants, not those of a pilot around this one', () => {
  const planned = pilotEnvironment(constants, { resource: 'Q', site: '' })
  const job = { pandaId: 1 as PandaId, attemptNr: 1 as AttemptNr, taskId: 2, coreCount: 1 }
  const queue = { resource: 'Q', environ: {} }
  const environment = payloadEnvironment({ PILOT_HOME: '/other', PILOT_JOB_STATE: 'running' }, queue, job, planned)
  expect(environment.PILOT_HOME).toBe('/pilot')
  expect(environment).not.toHaveProperty('PILOT_JOB_STATE')
})

test('no address in it carries the user or password that its configuration names', () => {
  const queueDataUrl = 'https://docs:secret-4711@documents.example/queue.json'
  const environment = pilotEnvironment({ ...constants, queueDataUrl }, { resource: 'Q', site: '' })
  expect(environment.QUEUEDATA_SERVER_URL).toBe('https://documents.example/queue.json')
})
