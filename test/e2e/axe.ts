import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { AxeResults, RunOptions } from 'axe-core'
import { type Page } from 'playwright-core'
import { still } from './session.ts'

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
/** WCAG 2.2, levels A and AA: names for screen readers, contrast, what may lie in what. */
const RULES: RunOptions = {
  runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'],
  resultTypes: ['violations'],
  // It takes the key caps in buttons, and the counts in rows, for part of the label that a person would speak.
  rules: { 'label-content-name-mismatch': { enabled: false } },
}

interface WithAxe {
  axe: { run: (options: RunOptions) => Promise<AxeResults> }
}

/** What a person who sees little, or hears the window, would stumble over: one line an element; `but`: a rule that is not asked. */
export async function faultsIn(page: Page, but?: string): Promise<string[]> {
  await page.evaluate(AXE)
  // Whatever fades in has its own colours only when it is there; what comes in by a movement may begin it a moment later.
  await page.waitForTimeout(400)
  await still(page)
  const rules = { ...RULES.rules, ...(but === undefined ? {} : { [but]: { enabled: false } }) }
  const { violations } = await page.evaluate((options) => (globalThis as unknown as WithAxe).axe.run(options), { ...RULES, rules })
  return violations.flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary = '' }) => `${id}: ${target.join(' ')}: ${failureSummary.replace(/\s+/g, ' ')}`)) // prettier-ignore
}
