import type { TransferPlan, TransferPlanner } from '../storage/port.ts'
import type { PilotScript } from './scenario.ts'

/** Two storages hold every input; outputs go to the first, and to the second when it cannot take them. */
const storages = ['net://one', 'net://two'] as const
const inputDirectory = '/store/in'
export const outputDirectory = '/store/out'

/** Where an input lies, best first. */
export function inputPlaces(tool: PilotScript['copytool'], lfn: string): readonly string[] {
  return tool === 'mv' ? [`${inputDirectory}/${lfn}`] : storages.map((storage) => `${storage}/in/${lfn}`)
}

/** The plans of a site whose queue names one copytool. */
export function simulatedPlanner(tool: PilotScript['copytool']): TransferPlanner {
  const outputPlaces = (lfn: string): readonly string[] =>
    tool === 'mv' ? [`${outputDirectory}/${lfn}`] : storages.map((storage) => `${storage}/out/${lfn}`)
  const planned = (places: readonly string[]): TransferPlan => ({
    kind: 'planned',
    replicas: places.map((pfn) => ({ pfn, turl: pfn, rse: 'SIM_DATADISK', copytool: tool })),
  })
  return {
    stageIn: ({ lfn }) => planned(inputPlaces(tool, lfn)),
    stageOut: ({ lfn }) => planned(outputPlaces(lfn)),
    timeout: (size) => 400 + Math.floor((size ?? 0) / 1e6),
    pause: (_direction, attempt, random) => Math.min(300, (20 + 30 * random) * 2 ** (attempt - 1)),
    catalogue: (inputs) => inputs.map(({ lfn }) => lfn).join('\n'),
    outputList: (_queue, { copytool, turl }, lfn, adler32) =>
      copytool === 'mv' ? { file: `${outputDirectory}/output.list`, line: `${lfn} ${turl} ${adler32}\n` } : undefined,
    needsRoom: ({ copytool }) => copytool !== 'mv',
  }
}
