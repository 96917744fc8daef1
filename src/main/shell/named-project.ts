import path from 'node:path'

/** The project folder that a command line names, or null. Projects are known by their ending: Electron's own arguments stand there too. */
export function namedProject(argv: readonly string[]): string | null {
  const named = argv.slice(1).findLast((argument) => /\.slidewright[\\/]?$/.test(argument) && !argument.startsWith('-'))
  return named === undefined ? null : path.resolve(named)
}
