// A screen for the window: the one there is, or a hidden one of our own.
import { spawn } from 'node:child_process'

/** Whether a window can be seen here. */
export function hasDisplay() {
  return process.platform !== 'linux' || Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY)
}

/**
 * Starts Xvfb on a display number that it picks itself, so several may run side by side.
 * @param {string} xvfb path of the program
 * @returns {Promise<{ display: string, stop: () => void }>} display: for DISPLAY; the screen also ends with this process
 */
export async function hiddenScreen(xvfb) {
  const child = spawn(xvfb, ['-displayfd', '3', '-screen', '0', '1600x1000x24', '-nolisten', 'tcp'], {
    stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
  })
  const stop = () => child.kill()
  process.once('exit', stop)
  const number = await new Promise((done, fail) => {
    let words = ''
    child.stderr.on('data', (chunk) => (words += chunk))
    child.on('error', fail)
    child.on('exit', (code) => fail(new Error(`Xvfb ended at once (${code}): ${words.trim().split('\n').at(-1)}`)))
    child.stdio[3].once('data', (chunk) => done(String(chunk).trim()))
  })
  child.removeAllListeners('exit')
  child.unref()
  return {
    display: `:${number}`,
    stop: () => {
      process.off('exit', stop)
      stop()
    },
  }
}
