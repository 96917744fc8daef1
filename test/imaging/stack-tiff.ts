import { writeFileSync } from 'node:fs'

/** A page: its numbers row by row. */
export interface StackPage {
  readonly width: number
  readonly height: number
  readonly values: Uint16Array
}

/** Writes a grey TIFF of several pages, 16 bits each, not compressed; the first page says what the pages are. TIFF 6.0, little-endian. */
export function writeStack(file: string, pages: readonly StackPage[], description: string): void {
  const text = Buffer.from(`${description}\0`, 'utf8')
  const pieces: Buffer[] = []
  let at = 8
  const lay = (piece: Buffer): number => {
    const from = at
    pieces.push(piece)
    at += piece.length
    if (at % 2 === 1) {
      pieces.push(Buffer.alloc(1))
      at++
    }
    return from
  }
  const described = lay(text)
  const data = pages.map(({ values }) => lay(Buffer.from(values.buffer, values.byteOffset, values.byteLength)))
  const entries = (page: StackPage, i: number): (readonly [tag: number, type: number, count: number, value: number])[] => [
    [256, 4, 1, page.width],
    [257, 4, 1, page.height],
    [258, 3, 1, 16],
    [259, 3, 1, 1],
    [262, 3, 1, 1],
    ...(i === 0 ? ([[270, 2, text.length, described]] as const) : []),
    [273, 4, 1, data[i]!],
    [277, 3, 1, 1],
    [278, 4, 1, page.height],
    [279, 4, 1, page.values.byteLength],
  ]
  const first = at
  for (const [i, page] of pages.entries()) {
    const list = entries(page, i)
    const directory = Buffer.alloc(2 + list.length * 12 + 4)
    directory.writeUInt16LE(list.length, 0)
    for (const [n, [tag, type, count, value]] of list.entries()) {
      const offset = 2 + n * 12
      directory.writeUInt16LE(tag, offset)
      directory.writeUInt16LE(type, offset + 2)
      directory.writeUInt32LE(count, offset + 4)
      if (type === 3) directory.writeUInt16LE(value, offset + 8)
      else directory.writeUInt32LE(value, offset + 8)
    }
    directory.writeUInt32LE(i === pages.length - 1 ? 0 : at + directory.length, directory.length - 4)
    lay(directory)
  }
  const head = Buffer.alloc(8)
  head.write('II', 'latin1')
  head.writeUInt16LE(42, 2)
  head.writeUInt32LE(first, 4)
  writeFileSync(file, Buffer.concat([head, ...pieces]))
}

/** A page that is filled by a rule. */
export function stackPage(width: number, height: number, value: (x: number, y: number) => number): StackPage {
  const values = new Uint16Array(width * height)
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) values[y * width + x] = value(x, y)
  return { width, height, values }
}

/** An OME-XML of channels with a plane each. */
export function omeXml(channels: readonly { readonly name: string; readonly color?: number }[], slices = 1): string {
  const tags = channels.map(({ name, color }) => `<Channel Name="${name}"${color === undefined ? '' : ` Color="${color}"`}/>`).join('')
  return `<?xml version="1.0"?><OME><Image><Pixels SizeC="${channels.length}" SizeZ="${slices}" SizeT="1">${tags}</Pixels></Image></OME>`
}
