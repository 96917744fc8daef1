// `npm run setup`: brings in what a fresh clone lacks. Starts on Node 20.9 or later; every other tool calls it first.
import { endOnSignals } from './setup/process.mjs'
import { setUp } from './setup/run.mjs'

endOnSignals()
try {
  await setUp({ retry: process.argv.includes('--retry') })
} catch (error) {
  console.error(`set-up failed: ${error.message}`)
  process.exitCode = 1
}
