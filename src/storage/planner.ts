import { dirname, join } from 'node:path'
import type { InputFile, OutputFile } from '../job/files.ts'
import type { QueueData } from '../job/queue-data.ts'
import { planStageOut } from './destinations.ts'
import { isLocalTool } from './local-tools.ts'
import { outputListLine } from './output-list.ts'
import { hasFinalDestination } from './plan.ts'
import { poolFileCatalog } from './pool-file-catalog.ts'
import type { Copytool, Endpoints, TransferPlanner } from './port.ts'
import { planStageIn } from './replicas.ts'
import { retryPause, transferTimeout } from './transfer-limits.ts'

export interface PlannerOptions {
  /** Where `mv` finds inputs and brings outputs. */
  readonly inputDirectory: string
  readonly outputDirectory: string
  readonly copytools: ReadonlyMap<string, Pick<Copytool, 'name' | 'schemes'>>
}

/** The planning functions of this room behind their port. */
export function createPlanner({ inputDirectory, outputDirectory, copytools }: PlannerOptions): TransferPlanner {
  return {
    stageIn: (file: InputFile, queue: QueueData, endpoints: Endpoints, analysis: boolean) =>
      planStageIn(file, queue, endpoints, { analysis, directory: inputDirectory, copytools }),
    stageOut: (file: OutputFile, queue: QueueData, endpoints: Endpoints, analysis: boolean) =>
      planStageOut(file, queue, endpoints, {
        analysis,
        directory: outputDirectory,
        copytools,
        alternative: false,
        excluded: [],
      }),
    timeout: transferTimeout,
    pause: retryPause,
    catalogue: poolFileCatalog,
    outputList: (queue, { copytool, pfn, turl }, lfn, adler32) =>
      isLocalTool(copytool) && !hasFinalDestination(queue)
        ? { file: join(dirname(pfn), 'output.list'), line: outputListLine(lfn, turl, adler32) }
        : undefined,
    needsRoom: ({ copytool }) => copytool !== 'mv',
  }
}
