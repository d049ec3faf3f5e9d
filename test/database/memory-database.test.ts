import { databaseContract } from './database.contract.ts'
import { MemoryDatabase } from './memory-database.ts'

databaseContract('the database in memory', async (now) => ({
  database: new MemoryDatabase(now),
  remove: async () => undefined,
}))
