import sharp, { type Sharp } from 'sharp'

/** Writes a square image of so many pixels a side: noise with some structure, neither a blank page nor the worst that a coder can meet. */
export async function writeNoise(file: string, side: number, save: (image: Sharp) => Sharp): Promise<void> {
  const noise = { type: 'gaussian' as const, mean: 180, sigma: 10 }
  const tile = await sharp({ create: { width: 1000, height: 1000, channels: 3, background: '#c080a0', noise } })
    .png()
    .toBuffer()
  const create = { width: side, height: side, channels: 3 as const, background: '#ffffff' }
  await save(sharp({ create, limitInputPixels: false }).composite([{ input: tile, tile: true }])).toFile(file)
}
