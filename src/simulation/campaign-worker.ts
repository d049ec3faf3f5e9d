// A thread of a campaign: gets a batch, answers with its results, and waits for the next.

import { parentPort } from 'node:worker_threads'
import { runBatch } from './batch.ts'
import type { Batch } from './campaign.ts'

parentPort?.on('message', async (batch: Batch) => parentPort?.postMessage(await runBatch(batch)))
