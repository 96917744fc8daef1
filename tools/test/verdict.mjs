// What `npm test` says at its end, and its exit code.

/** In CI only these may be missing: they need what a build machine does not have. */
const excused = /\bGPU\b|\.\.\/shared\/data/

/**
 * @param {{ title: string, seconds: number, result: import('./parts.mjs').Result }[]} runs
 * @param {boolean} ci
 * @returns {{ lines: string[], exitCode: 0 | 1 }} the last line is `N passed, N failed`, with `, N skipped` where something was
 */
export function verdict(runs, ci) {
  const missing = runs.flatMap(({ result }) => result.missing ?? [])
  const passed = runs.reduce((sum, { result }) => sum + (result.passed ?? 0), 0)
  const failed = runs.flatMap(failures)
  const unexcused = ci ? missing.filter(({ name, why }) => !excused.test(`${name} ${why}`)) : []
  const lines = runs.map(
    ({ title, seconds, result }) => `${title.padEnd(20)}${word(result).padEnd(10)}${seconds.toFixed(1).padStart(8)} s${count(result)}`,
  )
  if (missing.length > 0) lines.push('', 'Could not run on this machine:', ...missing.map(line))
  if (failed.length > 0) lines.push('', 'Failed:', ...failed.map((name) => `  ${name}`))
  if (unexcused.length > 0)
    lines.push(
      '',
      `With CI=true only tests that need a GPU or ../shared/data may be missing; ${unexcused.length} of the above need neither.`,
    )
  lines.push('', [`${passed} passed`, `${failed.length} failed`, ...(missing.length > 0 ? [`${missing.length} skipped`] : [])].join(', '))
  return { lines, exitCode: failed.length > 0 || unexcused.length > 0 ? 1 : 0 }
}

/** A test's name often says already what it needs. */
const line = ({ name, why }) => (name.includes('skipped:') ? `  ${name}` : `  ${name}: ${why}`)

/** A part that failed without naming a test counts as one failure. */
const failures = ({ title, result }) => (result.ok ? [] : result.failed?.length ? result.failed : [title])

function word(result) {
  if (!result.ok) return 'FAILED'
  return result.missing?.length && !result.passed ? 'not run' : 'ok'
}

const count = (result) => (result.passed === undefined ? '' : `   ${result.passed} passed`)
