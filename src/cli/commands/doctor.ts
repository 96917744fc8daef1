import type { Command } from 'commander'
import { doctor, type Finding } from '../../main/workbench/index.ts'
import type { Output } from '../output.ts'

export function addDoctor(root: Command, output: Output): Command {
  return root
    .command('doctor')
    .description('What runs on this machine, what does not, why, and what to do.')
    .action(async () => {
      const report = await doctor()
      for (const finding of report.findings) output.say(findingText(finding))
      output.result(report)
    })
}

function findingText(finding: Finding): string {
  const mark = { ok: '✓', degraded: '~', missing: '✗' }[finding.state]
  const advice = finding.advice === '' ? '' : `\n    → ${finding.advice}`
  return `${mark} ${finding.what.padEnd(18)} ${finding.detail}${advice}`
}
