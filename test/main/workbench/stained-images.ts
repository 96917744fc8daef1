import path from 'node:path'
import { writeFileSync } from 'node:fs'
import sharp from 'sharp'

/** Writes an image of an even stain with some grain, 120 x 90 pixels. */
async function stained(file: string, background: string): Promise<void> {
  const noise = { type: 'gaussian' as const, mean: 128, sigma: 10 }
  const grain = await sharp({ create: { width: 120, height: 90, channels: 3, background: '#888', noise } })
    .png()
    .toBuffer()
  const tint = sharp({ create: { width: 120, height: 90, channels: 3, background } }).composite([{ input: grain, blend: 'soft-light' }])
  writeFileSync(file, await tint.png().toBuffer())
}

/** Nine red images `learned_<n>.png` to learn from. */
export async function writeLearned(folder: string): Promise<void> {
  for (let i = 0; i < 9; i++) await stained(path.join(folder, `learned_${i}.png`), `#d${i}90b${i}`)
}

/** One image of the same stain (`same.png`) and two of another: `blue_0.png`, and `blue_1.png`, which is further off. */
export async function writeOthers(folder: string): Promise<void> {
  await stained(path.join(folder, 'same.png'), '#d490b4')
  await stained(path.join(folder, 'blue_0.png'), '#8088d0')
  await stained(path.join(folder, 'blue_1.png'), '#3040d0')
}
