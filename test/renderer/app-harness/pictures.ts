import { smear, type Smear } from '../../../src/shared/synthetic/smear.ts'

export interface Picture {
  readonly smear: Smear
  readonly url: string
  readonly thumbnail: string
}

async function drawn({ width, height, data }: Smear, scale: number): Promise<string> {
  const pixels = new ImageData(width, height)
  for (let i = 0, j = 0; i < data.length; i += 3, j += 4) {
    pixels.data[j] = data[i]!
    pixels.data[j + 1] = data[i + 1]!
    pixels.data[j + 2] = data[i + 2]!
    pixels.data[j + 3] = 255
  }
  const whole = new OffscreenCanvas(width, height)
  whole.getContext('2d')!.putImageData(pixels, 0, 0)
  const small = new OffscreenCanvas(Math.round(width * scale), Math.round(height * scale))
  small.getContext('2d')!.drawImage(whole, 0, 0, small.width, small.height)
  return URL.createObjectURL(await small.convertToBlob({ type: 'image/png' }))
}

/** Synthetic smears with their truth, as pictures that a page can show. */
export async function makePictures(count: number): Promise<Picture[]> {
  const pictures: Picture[] = []
  for (let seed = 0; seed < count; seed++) {
    const made = smear({ seed, redCellDiameter: 70 })
    pictures.push({ smear: made, url: await drawn(made, 1), thumbnail: await drawn(made, 0.2) })
  }
  return pictures
}
