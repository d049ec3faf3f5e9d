import * as z from 'zod/mini'
import { readAnswer } from '../legacy-answer.ts'
import { readData } from '../v1-answer.ts'
import type { Verdict } from '../verdict.ts'
import { legacyPost, v1Get } from '../wire-calls.ts'
import type { ResourceType } from '../worker-port.ts'
import type { Call } from './call.ts'

const open = z.optional(z.nullable(z.number()))
const wireTypes = z.array(
  z.object({ resource_name: z.string(), mincore: open, maxcore: open, minrampercore: open, maxrampercore: open }),
)

/** metaconfig/get_resource_types, getResourceTypes (contracts/panda-server.md 8). */
export const resourceTypesCall: Call<null, readonly ResourceType[]> = {
  v1: {
    request: () => v1Get('metaconfig/get_resource_types'),
    read(reply) {
      const answer = readData(reply, wireTypes)
      return answer.kind === 'done' ? { kind: 'done', value: answer.value.map(ofWire) } : answer
    },
  },
  legacy: {
    request: () => legacyPost('getResourceTypes', {}, []),
    /** A server that does not care for our Accept answers a Python repr, which stays unread (13 gotcha 38). */
    read(reply): Verdict<readonly ResourceType[]> {
      const answer = readAnswer(reply)
      if (answer.kind !== 'done') return answer
      const types = wireTypes.safeParse(answer.value.ResourceTypes)
      if (types.success) return { kind: 'done', value: types.data.map(ofWire) }
      return { kind: 'unknown', text: 'the answer to getResourceTypes holds no list of resource types' }
    },
  },
}

function ofWire(type: z.infer<typeof wireTypes>[number]): ResourceType {
  return {
    name: type.resource_name,
    minCores: type.mincore ?? undefined,
    maxCores: type.maxcore ?? undefined,
    minRamPerCore: type.minrampercore ?? undefined,
    maxRamPerCore: type.maxrampercore ?? undefined,
  }
}
