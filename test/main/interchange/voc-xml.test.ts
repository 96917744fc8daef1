import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { vocXml } from '../../../src/main/interchange/voc-out.ts'
import { readVocXml } from '../../../src/main/interchange/voc-xml.ts'
import { decodeXml } from '../../../src/main/interchange/xml-text.ts'
import { isBoxObject } from '../../../src/main/interchange/label-set.ts'
import { makeAnnotation, makeClass, makeImage } from './records.ts'

const object = (name: string, xmin: unknown, ymin: unknown, xmax: unknown, ymax: unknown, more = ''): string =>
  `<object><name>${name}</name>${more}<bndbox><xmin>${xmin}</xmin><ymin>${ymin}</ymin><xmax>${xmax}</xmax><ymax>${ymax}</ymax></bndbox></object>`
const file = (...objects: string[]): string =>
  `<?xml version="1.0"?><annotation verified="yes"><filename>a.jpg</filename><size><width>64</width><height>48</height><depth>3</depth></size>${objects.join('\n')}</annotation>`

describe('readVocXml', () => {
  it('takes edges as they stand, flags, and names with their case', () => {
    const voc = readVocXml(file(object('RBC', 1, 2, 31, 42, '<difficult>1</difficult>'), object(' rbc &amp; Co ', '1.5', 2, '3.25', 4)))
    expect(voc).toEqual({
      filename: 'a.jpg',
      size: { width: 64, height: 48 },
      objects: [
        { label: 'object 1 (RBC)', className: 'RBC', box: { x: 1, y: 2, width: 30, height: 40 }, difficult: true, confidence: null },
        {
          label: 'object 2 (rbc & Co)',
          className: 'rbc & Co',
          box: { x: 1.5, y: 2, width: 1.75, height: 2 },
          difficult: false,
          confidence: null,
        },
      ],
      problems: [],
    })
  })

  it('reports objects that cannot be taken one by one, and takes the rest', () => {
    const voc = readVocXml(
      file(
        object('A', 5, 1, 5, 9),
        object('B', 1, 7, 2, 7),
        object('C', 9, 1, 2, 3),
        object('D', 1, 9, 2, 3),
        object('E', 'x', 1, 2, 3),
        object('F', '', 1, 2, 3),
        object('', 1, 1, 2, 3),
        '<object><name>G</name></object>',
        '<object/>',
        object('H', '1e999', 1, 2, 3),
        object('I', '0x10', 1, 2, 3),
        object('ok', 1, 1, 2, 3),
        object('x'.repeat(121), 1, 1, 2, 3),
      ),
    )
    expect(voc.problems).toEqual([
      'object 1 (A): width 0 (xmin and xmax are 5): left out',
      'object 2 (B): height 0 (ymin and ymax are 7): left out',
      'object 3 (C): xmax 2 lies left of xmin 9: left out',
      'object 4 (D): ymax 3 lies above ymin 9: left out',
      'object 5 (E): xmin is "x", no number: left out',
      'object 6 (F): it has no xmin: left out',
      'object 7 (no name): it names no class: left out',
      'object 8 (G): it has no <bndbox>: left out',
      'object 9 (no name): it names no class: left out',
      'object 10 (H): xmin is "1e999", no number: left out',
      'object 11 (I): xmin is "0x10", no number: left out',
      `object 13 (${'x'.repeat(120)}): the name of its class is longer than 120 letters: left out`,
    ])
    expect(voc.objects.map(({ className }) => className)).toEqual(['ok'])
  })

  it('does not take the box of a part for that of the object', () => {
    const part = `<part><name>head</name><bndbox><xmin>1</xmin><ymin>1</ymin><xmax>2</xmax><ymax>2</ymax></bndbox></part>`
    expect(readVocXml(file(object('cat', 10, 10, 20, 20, part))).objects[0]?.box).toEqual({ x: 10, y: 10, width: 10, height: 10 })
    expect(readVocXml(file(`<object><name>cat</name>${part}</object>`)).objects).toEqual([])
  })

  it.each([
    ['cut off', file(object('A', 1, 2, 3, 4)).slice(0, -30), 'broken-xml'],
    ['empty', '', 'broken-xml'],
    ['no XML', 'hello', 'broken-xml'],
    ['two roots', '<annotation></annotation><annotation></annotation>', 'broken-xml'],
    ['deeply nested', `<annotation>${'<a>'.repeat(5000)}${'</a>'.repeat(5000)}</annotation>`, 'broken-xml'],
    ['with entities', '<!DOCTYPE a [<!ENTITY x "y">]><annotation><object><name>&x;</name></object></annotation>', 'broken-xml'],
    ['an outside entity', '<!DOCTYPE a SYSTEM "file:///etc/passwd"><annotation/>', 'broken-xml'],
    ['a prototype', '<annotation><__proto__><name>x</name></__proto__></annotation>', 'broken-xml'],
    ['something else', '<annotations><image/></annotations>', 'not-voc'],
  ])('refuses a text that is %s', (_what, text, code) => {
    expect(() => readVocXml(text)).toThrow(expect.objectContaining({ code }) as Error)
  })

  it('leaves entities that XML does not have as they stand', () => {
    const voc = readVocXml(file(object('&lt;a&gt; &#65;&#x42; &nbsp; &amp;amp; &#0; &#9999999;', 1, 1, 2, 2)))
    expect(voc.objects[0]?.className).toBe('<a> AB &nbsp; &amp; &#0; &#9999999;')
  })

  it('reads back what vocXml writes: names, flags, and boxes to four decimals', () => {
    const edge = fc.integer({ min: -500_000, max: 500_000 }).map((n) => n / 16)
    const name = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 30 }).filter((text) => text.length <= 120)
    fc.assert(
      fc.property(
        fc.array(
          fc.record({
            name,
            x: edge,
            y: edge,
            width: fc.integer({ min: 1, max: 9999 }),
            height: fc.integer({ min: 1, max: 9999 }),
            difficult: fc.boolean(),
          }),
        ),
        (objects) => {
          const image = makeImage('a.png', 640, 480)
          const usable = objects.filter((o) => cleaned(o.name) !== '')
          const annotations = usable.map((o) =>
            makeAnnotation(
              image,
              makeClass(o.name),
              { type: 'box', x: o.x, y: o.y, width: o.width / 16, height: o.height / 16 },
              { difficult: o.difficult },
            ),
          )
          const names = new Map(annotations.map((annotation, i) => [annotation, usable[i]!.name]))
          const text = vocXml(image, 'a.png', annotations.filter(isBoxObject), (annotation) =>
            names.get(annotation as (typeof annotations)[number])!,
          )
          const voc = readVocXml(text)
          expect(voc.problems).toEqual([])
          expect(voc.size).toEqual({ width: 640, height: 480 })
          expect(voc.objects.map(({ className, box, difficult }) => ({ className, box, difficult }))).toEqual(
            usable.map((o) => ({
              className: cleaned(o.name),
              box: { x: o.x, y: o.y, width: o.width / 16, height: o.height / 16 },
              difficult: o.difficult,
            })),
          )
        },
      ),
    )
  })
})

/** XML 1.0 cannot hold control characters, and blanks round a name mean nothing. */
function cleaned(name: string): string {
  return name.replaceAll(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '').trim()
}

describe('decodeXml', () => {
  it('follows the byte order mark and the encoding that the file names', () => {
    expect(decodeXml(Buffer.from('\ufeff<a>µ</a>', 'utf8'))).toBe('<a>µ</a>')
    expect(decodeXml(Buffer.from('\ufeff<a>µ</a>', 'utf16le'))).toBe('<a>µ</a>')
    expect(decodeXml(Buffer.from('<?xml version="1.0" encoding="ISO-8859-1"?><a>µ</a>', 'latin1'))).toContain('<a>µ</a>')
    expect(() => decodeXml(Buffer.from('<a>µ</a>', 'latin1'))).toThrow(expect.objectContaining({ code: 'broken-xml' }) as Error)
    expect(() => decodeXml(Buffer.from('<?xml version="1.0" encoding="nonsense"?><a/>'))).toThrow(
      expect.objectContaining({ code: 'broken-xml' }) as Error,
    )
  })
})
