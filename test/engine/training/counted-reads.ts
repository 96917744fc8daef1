import { appendFileSync, readFileSync } from 'node:fs'
import { openLarge, type OpenSource } from '../../../src/engine/inference/large-image.ts'

// What is read of large images by a training, its image workers included: each read is a line of a file that the environment names, since
// workers are threads of their own.

const VARIABLE = 'SLIDEWRIGHT_TEST_READS'

export function countInto(file: string): void {
  process.env[VARIABLE] = file
}

/** Opens as the engine does, and notes who reads which region down. */
export function countedOpen(who: string): OpenSource {
  return async (file, options) => {
    const source = await openLarge(file, options)
    return {
      ...{ width: source.width, height: source.height, levels: source.levels, tileSize: source.tileSize, facts: source.facts },
      read: (region, signal) => {
        appendFileSync(process.env[VARIABLE]!, `${who} ${region.level} ${region.width} ${region.height}\n`)
        return source.read(region, signal)
      },
      close: () => source.close(),
    }
  }
}

export interface CountedRead {
  readonly who: string
  readonly level: number
  readonly width: number
  readonly height: number
}

export function countedReads(file: string): CountedRead[] {
  const lines = readFileSync(file, 'utf8').trim().split('\n')
  return lines.map((line) => {
    const [who, ...numbers] = line.split(' ')
    const [level, width, height] = numbers.map(Number)
    return { who: who!, level: level!, width: width!, height: height! }
  })
}
