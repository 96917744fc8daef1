import { CommanderError } from 'commander'
import { EXIT, makeOutput } from './output.ts'
import { program } from './program.ts'

/** Runs the command line and gives the process's exit code: 0 done, 1 failed, 2 wrong use. */
export async function main(argv: readonly string[]): Promise<number> {
  const output = makeOutput(argv.includes('--json'))
  try {
    await program(output).parseAsync([...argv], { from: 'user' })
    return EXIT.done
  } catch (thrown) {
    if (thrown instanceof CommanderError) return thrown.exitCode === 0 ? EXIT.done : EXIT.usage
    output.fail(thrown)
    return EXIT.failed
  }
}

// A closed pipe (`slidewright presets | head`) is not an error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(EXIT.done)
})

process.exitCode = await main(process.argv.slice(2))
