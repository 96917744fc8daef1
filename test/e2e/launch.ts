import { _electron, errors, type ElectronApplication } from 'playwright-core'

/**
 * Starts the Electron that set-up found on an application folder or file (the repository's root for Slidewright itself).
 * The caller closes it. Screen, SQLite binding and Electron's path come from the environment of `vitest.e2e.config.ts`.
 * @param app path of the application, followed by the arguments that it gets
 * @throws Error when the tests were not started through that config
 */
export async function launchElectron(...app: readonly string[]): Promise<ElectronApplication> {
  const executablePath = process.env['SLIDEWRIGHT_ELECTRON']
  if (!executablePath) throw new Error('SLIDEWRIGHT_ELECTRON is not set: run these tests with npm run test:window')
  const env = Object.fromEntries(Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined))
  // With CI set an error that nobody handled ends the app; else a box would wait for a person.
  const launch = (): Promise<ElectronApplication> =>
    _electron.launch({ executablePath, args: [...sandbox(), '--lang=en-US', ...app], env: { ...env, CI: 'true' }, timeout: 60_000 })
  // Seen once in hundreds of starts, its cause not found: both debuggers are attached, the GPU process has given up, and Electron never says that
  // it is ready. It is said aloud, and an app that does not start fails here all the same.
  return launch().catch((thrown: unknown) => {
    if (!(thrown instanceof errors.TimeoutError)) throw thrown
    process.stderr.write(`Electron did not come up within 60 s; it is started once more.\n${thrown.message}\n`)
    return launch()
  })
}

/** Chromium refuses its sandbox to root. */
export const sandbox = (): string[] => (process.getuid?.() === 0 ? ['--no-sandbox'] : [])
