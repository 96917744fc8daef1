import { readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import type { Random } from '../../../src/shared/random.ts'

/** Cuts one of the files of a folder off anywhere (every third round), or changes some of its bytes. */
export function damageOne(folder: string, random: Random, round: number): void {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  const victim = files[random.int(files.length)]!
  const at = path.join(victim.parentPath, victim.name)
  const bytes = readFileSync(at)
  if (round % 3 === 0) return truncateSync(at, random.int(bytes.length))
  for (let i = 0; i < 1 + random.int(4); i++) bytes[random.int(bytes.length)] = random.int(256)
  writeFileSync(at, bytes)
}
