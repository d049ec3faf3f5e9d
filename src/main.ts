// The door: words on the command line to the command that does them. Everything is loaded only when it is needed.

const [command, ...rest] = process.argv.slice(2)

switch (command) {
  case 'checksum': {
    const { checksum } = await import('./cli/checksum.ts')
    // Node would tidy up its heap for 20 ms before it ends by itself.
    process.exit(await checksum(rest))
    break
  }
  case 'demo': {
    const { demo } = await import('./cli/demo.ts')
    process.exitCode = await demo(rest)
    break
  }
  case 'server': {
    const { server } = await import('./cli/server.ts')
    process.exitCode = await server(rest)
    break
  }
  case 'inspect': {
    const { inspect } = await import('./cli/inspect.ts')
    process.exitCode = await inspect(rest)
    break
  }
  case 'replay': {
    const { replayJob } = await import('./cli/replay.ts')
    process.exitCode = await replayJob(rest)
    break
  }
  case 'simulate': {
    const { simulate } = await import('./cli/simulate.ts')
    process.exitCode = await simulate(rest)
    break
  }
  default: {
    // Node's own answer to this signal would be to open a debugger. The running pilot puts its handlers in place of this one.
    process.on('SIGUSR1', () => process.exit(138))
    const { pilot } = await import('./cli/pilot.ts')
    process.exit(await pilot(process.argv.slice(2)))
  }
}
