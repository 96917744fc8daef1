import { describe, expect, it } from 'vitest'
import { readHeader } from '../../src/imaging/read.ts'
import sharp, { type Sharp } from 'sharp'
import path from 'node:path'
import { paint, temporaryFolder, tiffBytes, type TiffSpec, writeSample } from './samples.ts'

const plain: TiffSpec = { width: 4, height: 3, bits: 8, samples: 1, pixels: new Uint8Array(12) }

async function microns(spec: Partial<TiffSpec>): Promise<number | null> {
  const file = writeSample(temporaryFolder(), 'a.tif', tiffBytes({ ...plain, ...spec }))
  return (await readHeader(file)).micronsPerPixel
}

describe('micrometres a pixel', () => {
  it('takes a resolution with a physical unit', async () => {
    expect(await microns({ resolution: [40_000, 40_000], resolutionUnit: 3 })).toBeCloseTo(0.25, 10)
    expect(await microns({ resolution: [50_800, 50_800], resolutionUnit: 2 })).toBeCloseTo(0.5, 10)
  })

  it('takes no print default, no unit, no pixels that are not square', async () => {
    expect(await microns({})).toBeNull()
    for (const dpi of [72, 96, 150, 300, 600, 1200]) expect(await microns({ resolution: [dpi, dpi], resolutionUnit: 2 })).toBeNull()
    expect(await microns({ resolution: [40_000, 40_000], resolutionUnit: 1 })).toBeNull()
    expect(await microns({ resolution: [40_000, 44_000], resolutionUnit: 3 })).toBeNull()
  })

  it('reads what ImageJ writes: pixels a unit that the description names', async () => {
    const description = 'ImageJ=1.54f\nimages=1\nunit=micron\nmin=0.0\n'
    expect(await microns({ description, resolution: [4, 4], resolutionUnit: 1 })).toBeCloseTo(0.25, 10)
    expect(await microns({ description: description.replace('micron', 'nm'), resolution: [0.004, 0.004], resolutionUnit: 1 })).toBeCloseTo(
      0.25,
      10,
    )
    expect(await microns({ description: description.replace('unit=micron', 'unit=pixel'), resolution: [4, 4] })).toBeNull()
  })

  it('reads OME-XML and Aperio', async () => {
    const ome = (x: string): string => `<?xml version="1.0"?><OME><Image><Pixels ${x} SizeX="4"/></Image></OME>`
    expect(await microns({ description: ome('PhysicalSizeX="0.325" PhysicalSizeY="0.325"') })).toBe(0.325)
    expect(await microns({ description: ome('PhysicalSizeX="325" PhysicalSizeXUnit="nm"') })).toBe(0.325)
    expect(await microns({ description: ome('PhysicalSizeX="1" PhysicalSizeXUnit="pixel"') })).toBeNull()
    expect(await microns({ description: 'Aperio Image Library v11|AppMag = 20|MPP = 0.4990' })).toBe(0.499)
  })

  it('takes the objective and the date of an OME-XML, of several objectives the one that was used', async () => {
    const facts = async (xml: string) => {
      const file = writeSample(temporaryFolder(), 'a.tif', tiffBytes({ ...plain, description: `<?xml version="1.0"?><OME>${xml}</OME>` }))
      const { objective, scannedAt } = await readHeader(file)
      return [objective, scannedAt]
    }
    const one = '<Objective ID="Objective:0" LensNA="0.75" NominalMagnification="20.0"/>'
    const other = '<Objective NominalMagnification="40" ID="Objective:1"/>'
    const image = (settings: string, date = ''): string => `<Image ID="Image:0">${date}${settings}<Pixels SizeX="4"/></Image>`
    const date = '<AcquisitionDate>2021-03-04T15:02:01</AcquisitionDate>'
    expect(await facts(`<Instrument>${one}</Instrument>${image('', date)}`)).toEqual([20, '2021-03-04T15:02:01'])
    expect(await facts(`<Instrument>${one}${other}</Instrument>${image('<ObjectiveSettings ID="Objective:1"/>')}`)).toEqual([40, null])
    expect(await facts(`<Instrument>${one}${other}</Instrument>${image('')}`)).toEqual([null, null])
    expect(await facts(`<Objective ID="a" NominalMagnification="soon"/>${image('', '<AcquisitionDate>last year</AcquisitionDate>')}`)).toEqual([null, null]) // prettier-ignore
    expect(await facts(image(''))).toEqual([null, null])
  })

  it('takes a plausible PNG resolution, and never the density of a JPEG', async () => {
    const folder = temporaryFolder()
    const image = (): Sharp =>
      sharp(
        paint(4, 4, () => [1, 2, 3]),
        { raw: { width: 4, height: 4, channels: 3 } },
      )
    const [fine, coarse, jpeg] = ['fine.png', 'coarse.png', 'a.jpg'].map((name) => path.join(folder, name)) as [string, string, string]
    await image().withMetadata({ density: 50_800 }).png().toFile(fine)
    await image().withMetadata({ density: 300 }).png().toFile(coarse)
    await image().withMetadata({ density: 50_800 }).jpeg().toFile(jpeg)
    expect((await readHeader(fine)).micronsPerPixel).toBeCloseTo(0.5, 3)
    expect((await readHeader(coarse)).micronsPerPixel).toBeNull()
    expect((await readHeader(jpeg)).micronsPerPixel).toBeNull()
  })
})
