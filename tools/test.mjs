// `npm test`: set-up, then every part, then what could not run here and the counts. `npm test -- lint types` runs some parts only.
import { endOnSignals } from './setup/process.mjs'
import { setUp } from './setup/run.mjs'
import { parts } from './test/parts.mjs'
import { verdict } from './test/verdict.mjs'

endOnSignals()
const chosen = process.argv.slice(2)
const unknown = chosen.filter((name) => !(name in parts))
if (unknown.length > 0) {
  console.error(`unknown part ${unknown.join(', ')}; parts are: ${Object.keys(parts).join(', ')}`)
  process.exit(2)
}

const runs = []

async function timed(title, work) {
  const since = performance.now()
  const result = await work().catch((error) => ({ ok: false, failed: [`${title}: ${error.message}`] }))
  runs.push({ title, seconds: (performance.now() - since) / 1000, result })
  return result
}

const begun = await timed('set-up', async () => ({ ok: true, found: await setUp() }))
if (begun.ok) {
  for (const name of chosen.length > 0 ? chosen : Object.keys(parts)) {
    const { title, work } = parts[name]
    console.log(`\n── ${title} ──`)
    await timed(title, () => work(begun.found))
  }
}
const { lines, exitCode } = verdict(runs, process.env.CI === 'true')
console.log(`\n${lines.join('\n')}`)
process.exitCode = exitCode
