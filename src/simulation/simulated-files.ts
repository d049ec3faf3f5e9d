import type { Disk, Files } from '../host/port.ts'
import type { Archived, Measured, ReadReport, Workers } from '../workers/port.ts'
import type { Life } from './life.ts'
import { type DiskFile, holds, type WorkerNode } from './node.ts'

const gigabyte = 1024 ** 3
/** Bytes free on a good disk. */
const roomy = 100 * gigabyte
const kilobyte = 1000
/** Where software is installed: always there, never written. */
const software = '/cvmfs/'
/** ms that a worker thread takes for a file. */
const measureTime = 300
const archiveTime = 800

/** Files of a node, as the pilot changes them. */
export function simulatedFiles(node: WorkerNode, life: Life): Files {
  const { files, directories } = node
  const change = (path: string, perform: () => void, needsRoom = true): Promise<void> =>
    life.effect(0, () => {
      if (needsRoom && holds(node, 'disk full') !== undefined) throw new Error(`ENOSPC: ${path}`)
      node.witness({ type: 'file.changed', pilot: node.pilot, path }, node.clock.now)
      perform()
    })
  const textOf = (path: string): string => {
    const file = files.get(path)
    if (file === undefined) throw new Error(`ENOENT: ${path}`)
    return file.text ?? ''
  }
  return {
    createDirectory: (path) => change(path, () => void directories.add(path)),
    removeDirectory: (path) =>
      change(
        path,
        () => {
          directories.delete(path)
          for (const name of files.keys()) if (name.startsWith(`${path}/`)) files.delete(name)
        },
        false,
      ),
    removeFile: (path) => change(path, () => void files.delete(path), false),
    write: (path, text) => change(path, () => void files.set(path, written(text))),
    append: (path, text) => change(path, () => void files.set(path, written(`${files.get(path)?.text ?? ''}${text}`))),
    exists: (path) => life.effect(0, () => isThere(node, path)),
    readStart: (path, bytes) => life.effect(0, () => textOf(path).slice(0, bytes)),
    readEnd: (path, bytes) => life.effect(0, () => textOf(path).slice(-bytes)),
    link: (target, path) => change(path, () => void files.set(path, files.get(target) ?? written(''))),
    makeExecutable: (path) =>
      life.effect(0, () => {
        if (!isThere(node, path)) throw new Error(`ENOENT: ${path}`)
      }),
  }
}

export function simulatedDisk(node: WorkerNode, life: Life): Disk {
  return {
    freeSpace: () => life.effect(0, () => (holds(node, 'disk full') === undefined ? roomy : 0)),
    directorySize: (path, leaveOut) =>
      life.effect(0, () => {
        let sum = 0
        for (const [name, { size }] of node.files) {
          if (name.startsWith(`${path}/`) && !leaveOut.includes(name.slice(path.length + 1))) sum += size
        }
        return sum
      }),
    fileSize: (path) => life.effect(0, () => node.files.get(path)?.size),
  }
}

/** The thread pool: what it reads is on the node's disk. */
export function simulatedWorkers(node: WorkerNode, life: Life): Workers {
  return {
    measure: (path, _algorithms, signal) =>
      life.effect(measureTime, (): Measured => {
        if (signal?.aborted) return { kind: 'unreadable', text: 'it was given up' }
        const file = node.files.get(path)
        if (file === undefined) return { kind: 'missing', text: `${path} is missing` }
        return { kind: 'measured', file: { size: file.size, adler32: file.adler32 } }
      }),
    readJobReport: () => life.effect(measureTime, (): ReadReport => ({ kind: 'missing' })),
    archive: ({ target }, signal) =>
      life.effect(archiveTime, (): Archived => {
        if (signal?.aborted) return { kind: 'failed', text: 'it was given up', noSpace: false }
        if (holds(node, 'disk full') !== undefined) return { kind: 'failed', text: 'ENOSPC', noSpace: true }
        node.witness({ type: 'file.changed', pilot: node.pilot, path: target }, node.clock.now)
        const file = { size: node.random.whole(1, 50) * kilobyte, adler32: node.random.hex() }
        node.files.set(target, file)
        return { kind: 'archived', file, leftOut: [] }
      }),
    async close() {},
  }
}

function isThere({ files, directories }: WorkerNode, path: string): boolean {
  return files.has(path) || directories.has(path) || path.startsWith(software)
}

/** Of texts only the size matters, and that no other text is taken for it. */
function written(text: string): DiskFile {
  return { size: text.length, adler32: text.length.toString(16).padStart(8, '0'), text }
}
