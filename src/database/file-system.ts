import { statfs } from 'node:fs/promises'

/**
 * Network file systems by their statfs type (Linux, include/uapi/linux/magic.h and the file systems' own headers): a
 * memory map there is not what a second node, or this one after a lost connection, sees. LMDB's manual forbids them.
 */
const networkTypes: ReadonlyMap<number, string> = new Map([
  [0x6969, 'NFS'],
  [0x0bd00bd0, 'Lustre'],
  [0x47504653, 'GPFS'],
  [0x5346414f, 'AFS'],
  [0xff534d42, 'CIFS'],
  [0xfe534d42, 'SMB'],
  [0x00c36400, 'CephFS'],
  [0x19830326, 'BeeGFS'],
])

/** Name of the network file system of a statfs type; undefined = a local one. The type is 32 bits, signed or not. */
export function networkTypeName(type: number): string | undefined {
  return networkTypes.get(type >>> 0)
}

/** Name of the network file system the directory is on; undefined = a local one. Throws what statfs throws. */
export async function networkFileSystem(directory: string): Promise<string | undefined> {
  return networkTypeName((await statfs(directory)).type)
}
