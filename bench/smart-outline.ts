// How well the smart outline finds what was clicked: mean IoU after 1, 3 and 5 simulated clicks, and milliseconds of processor time a click. The first click is
// the object's most interior point, each next one the most interior point of the largest error (Sofiiuk et al., "Reviving Iterative
// Training with Mask Guidance for Interactive Segmentation", 2021). Images are taken as they are shown whole in a window of 1000 x 700.
// Use: node bench/smart-outline.ts [--set dsb2018|glomeruli] [--part held-out|rest] [--images 20] [--objects 8] [--net <file>] [--json <file>]
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { openNet } from '../src/shared/outline/net.ts'
import { createOutliner } from '../src/shared/outline/outliner.ts'
import { type Click } from '../src/shared/outline/prompt.ts'
import { maskOverlap, nextClick, wholeOf } from './outline-clicks.ts'
import { readViews, type DatasetName } from './outline-views.ts'

const { values } = parseArgs({
  options: {
    set: { type: 'string', multiple: true, default: ['dsb2018', 'glomeruli'] },
    part: { type: 'string', default: 'held-out' },
    images: { type: 'string', default: '1000' },
    objects: { type: 'string', default: '8' },
    net: { type: 'string', default: path.resolve(import.meta.dirname, '../resources/smart-outline/weights.bin') },
    json: { type: 'string' },
  },
})
const CLICKS = 5

const mean = (list: readonly number[]): number => list.reduce((sum, value) => sum + value, 0) / list.length
const quantile = (list: readonly number[], share: number): number =>
  [...list].sort((a, b) => a - b)[Math.min(list.length - 1, Math.floor(share * list.length))]!

const cpuSince = (since: NodeJS.CpuUsage): number => {
  const { user, system } = process.cpuUsage(since)
  return (user + system) / 1000
}

const net = openNet(new Uint8Array(readFileSync(values.net)).buffer)
const report: Record<string, unknown> = {}
for (const set of values.set) {
  const overlaps: number[][] = Array.from({ length: CLICKS }, () => [])
  const first: number[] = []
  const later: number[] = []
  for await (const { image, objects } of readViews(
    set as DatasetName,
    values.part === 'held-out',
    Number(values.images),
    Number(values.objects),
  )) {
    for (const truth of objects) {
      const outliner = createOutliner(image, net)
      const clicks: Click[] = []
      let found: Uint8Array = new Uint8Array(truth.length)
      for (let k = 0; k < CLICKS; k++) {
        const click = nextClick(truth, found, clicks, image)
        if (click !== null) {
          clicks.push(click)
          const since = process.cpuUsage()
          const outlined = outliner.outline({ clicks: [...clicks], box: null })
          ;(k === 0 ? first : later).push(cpuSince(since))
          found = wholeOf(outlined, image)
        }
        overlaps[k]!.push(maskOverlap(truth, found))
      }
    }
  }
  const figures = {
    objects: first.length,
    overlap: Object.fromEntries([1, 3, 5].map((clicks) => [clicks, mean(overlaps[clicks - 1]!)])),
    first: { mean: mean(first), p95: quantile(first, 0.95) },
    later: { mean: mean(later), p95: quantile(later, 0.95) },
  }
  report[set] = figures
  const shown = [1, 3, 5].map((clicks) => `${clicks}: ${mean(overlaps[clicks - 1]!).toFixed(3)}`).join('  ')
  console.log(`${set} (${values.part}, ${figures.objects} objects)  mean IoU after clicks  ${shown}`)
  console.log(
    `  ms a click: first ${figures.first.mean.toFixed(0)} (p95 ${figures.first.p95.toFixed(0)}), later ${figures.later.mean.toFixed(0)} (p95 ${figures.later.p95.toFixed(0)})`,
  )
}
if (values.json !== undefined) writeFileSync(values.json, JSON.stringify(report, null, 2))
