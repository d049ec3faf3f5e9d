import { readFileSync } from 'node:fs'

/** Node has it, its type definitions have not. */
declare global {
  namespace WebAssembly {
    class Memory {
      constructor(pages: { readonly initial: number })
      readonly buffer: ArrayBuffer
    }
    class Module {
      constructor(bytes: Uint8Array)
    }
    class Instance {
      constructor(module: Module, imports: { readonly env: { readonly memory: Memory } })
      readonly exports: unknown
    }
  }
}

/** The functions of the kernel `name`, working on `memory`. Throws when this machine cannot run it, as without SIMD. */
export function loadKernel<Exports>(name: string, memory: WebAssembly.Memory): Exports {
  const module = new WebAssembly.Module(readFileSync(new URL(`./${name}.wasm`, import.meta.url)))
  return new WebAssembly.Instance(module, { env: { memory } }).exports as Exports
}
