// A vitest reporter that writes what the closing summary needs. Vitest's own JSON lacks why a test was skipped.
import { writeFileSync } from 'node:fs'
import { relative } from 'node:path'
import { root } from '../setup/paths.mjs'

/**
 * @typedef {{ passed: number, failed: string[], missing: { name: string, why: string }[] }} Outcome
 *   failed and missing (skipped or to do) by `file > name`; a file or run that broke outside its tests counts as one failure
 */

/** Writes the Outcome to the file named by SLIDEWRIGHT_OUTCOME. */
export default class OutcomeReporter {
  onTestRunEnd(modules, unhandled) {
    const outcome = { passed: 0, failed: unhandled.map((error) => `outside the tests: ${error.message}`), missing: [] }
    for (const module of modules) addModule(outcome, module)
    writeFileSync(process.env.SLIDEWRIGHT_OUTCOME, JSON.stringify(outcome))
  }
}

function addModule(outcome, module) {
  const file = relative(root, module.moduleId)
  const broken = [module, ...module.children.allSuites()].filter((part) => part.errors().length > 0)
  outcome.failed.push(...broken.map((part) => `${file} > ${part.fullName ?? part.errors()[0].message}`))
  for (const test of module.children.allTests()) {
    const { state, note } = test.result()
    const name = `${file} > ${test.fullName}`
    if (state === 'passed') outcome.passed++
    else if (state === 'failed') outcome.failed.push(name)
    else outcome.missing.push({ name, why: note ?? (test.options.mode === 'todo' ? 'to do' : 'skipped') })
  }
}
