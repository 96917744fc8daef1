import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { parse } from 'csv-parse/sync'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { csvText, type Cell } from '../../../src/main/interchange/csv-text.ts'
import { countRows, writeAnnotationsCsv, writePredictionsCsv } from '../../../src/main/interchange/csv.ts'
import { writeTable } from '../../../src/main/interchange/table-out.ts'
import { box, makeAnnotation, makeClass, makeImage, makePrediction } from './records.ts'

const FORMULA = /^[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]/

const cell = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.string({ unit: fc.constantFrom('=', '+', '-', '@', '\t', '\r', '\n', '"', ',', ';', "'", ' ', 'a', '1', '＝') }),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.integer(),
  fc.constant(null),
)
const rows = fc
  .integer({ min: 1, max: 6 })
  .chain((width) => fc.array(fc.array(cell, { minLength: width, maxLength: width }), { minLength: 1, maxLength: 8 }))

describe('csvText', () => {
  it('parses back to the same cells', () => {
    const expected = (value: Cell): string => {
      if (value === null) return ''
      if (typeof value === 'number') return String(value)
      const text = value.replaceAll('\0', '')
      return FORMULA.test(text) ? `'${text}` : text
    }
    fc.assert(
      fc.property(rows, (table) => {
        const back: string[][] = parse(csvText(table), { record_delimiter: '\r\n' })
        expect(back).toEqual(table.map((row) => row.map(expected)))
      }),
    )
  })

  it('has no cell that opens as a formula, and leaves numbers numbers', () => {
    fc.assert(
      fc.property(rows, (table) => {
        const back: string[][] = parse(csvText(table), { record_delimiter: '\r\n' })
        for (const [i, row] of back.entries())
          for (const [j, text] of row.entries()) {
            const before = table[i]![j]
            if (typeof before === 'number') expect(Number(text)).toBe(before + 0)
            else expect(text).not.toMatch(FORMULA)
          }
      }),
    )
    expect(csvText([['=1+1', '-2', -2, '+3', '@a', '\t=x', "'=x", 'a=b', -0]])).toBe(`'=1+1,'-2,-2,'+3,'@a,"'\t=x",'=x,a=b,0\r\n`)
  })

  it('ends lines in CR LF and quotes as RFC 4180 says', () => {
    expect(
      csvText([
        ['a,b', 'say "x"', 'two\nlines', ' blank '],
        ['a;b', null, 0, 'ä'],
      ]),
    ).toBe('"a,b","say ""x""","two\nlines"," blank "\r\n"a;b",,0,ä\r\n')
  })
})

describe('tables', () => {
  let folder: string
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'csv-'))
  })
  afterAll(async () => {
    await rm(folder, { recursive: true })
  })

  const [rbc, wbc] = [makeClass('RBC', 0), makeClass('=WBC', 1)]
  const a = makeImage('a.png', 640, 480, 'test', { micronsPerPixel: 0.25, group: 'P1' })
  const b = makeImage('-b,"ä".png', 64, 48, null, { state: 'unlabelled' })

  const countedOn = new Map([
    [a.id, { pixels: 100_000, mm2: 0.00625, areaOf: 'looked' as const, scans: 0 }],
    [b.id, { pixels: 3072, mm2: null, areaOf: 'image' as const, scans: 0 }],
  ])

  it('counts: one row an image, a column a class, and what was counted', async () => {
    const file = path.join(folder, 'counts.csv')
    const counts = new Map([[a.id, new Map([[rbc.id, 12]])]])
    const source = { kind: 'predictions', run: 'Run 3', model: 'cells-lite0 2', score: 0.5 } as const
    await writeTable(file, countRows({ images: [a, b], classes: [wbc, rbc], counts, countedOn, source }), {
      format: 'csv',
      decimal: 'point',
    })
    expect(await readFile(file, 'utf8')).toBe(
      "\ufeffimage,split,group,state,width,height,um_per_px,area_px,area_mm2,area_of,counted,model,run,score,RBC,'=WBC\r\n" +
        'a.png,test,P1,done,640,480,0.25,100000,0.00625,regions looked at,predictions,cells-lite0 2,Run 3,0.5,12,0\r\n' +
        '"\'-b,""ä"".png",,,unlabelled,64,48,,3072,,whole image,predictions,cells-lite0 2,Run 3,0.5,0,0\r\n',
    )
  })

  it('counts: corrected ones of a finished image are its annotations, and say so', () => {
    const source = { kind: 'corrected', run: 'Run 3', model: 'cells-lite0 2', score: 0.5 } as const
    const [head, ...rows] = countRows({ images: [a, b], classes: [rbc], counts: new Map(), countedOn, source })
    expect(rows.map((row) => row[head!.indexOf('counted')])).toEqual(['truth', 'corrected'])
  })

  it('counts: truth needs no model, and a class named like a column stays apart from it', () => {
    const named = makeClass('image', 0)
    const table = countRows({
      images: [a],
      classes: [named],
      counts: new Map([[a.id, new Map([[named.id, 2]])]]),
      countedOn,
      source: { kind: 'truth' },
    })
    expect(table).toEqual([
      ['image', 'split', 'group', 'state', 'width', 'height', 'um_per_px', 'area_px', 'area_mm2', 'area_of', 'counted', 'model', 'run', 'score', 'image (class)'], // prettier-ignore
      ['a.png', 'test', 'P1', 'done', 640, 480, 0.25, 100_000, 0.00625, 'regions looked at', 'truth', null, null, null, 2],
    ])
  })

  it('predictions: the promised columns, no mark where all is ASCII', async () => {
    const file = path.join(folder, 'predictions.csv')
    const objects = [
      makePrediction(a, rbc, 0.123_456_789, { type: 'box', x: -1.5, y: 2, width: 3.333_33, height: 4 }),
      makePrediction(b, rbc, 1, { type: 'box', x: 0, y: 0, width: 1, height: 1 }),
    ]
    await writePredictionsCsv(file, { images: [a], classes: [rbc], objects })
    expect(await readFile(file, 'utf8')).toBe('image,class,score,x,y,width,height\r\na.png,RBC,0.123457,-1.5,2,3.333,4\r\n')
    const both = await writePredictionsCsv(file, { images: [a, b], classes: [rbc], objects })
    expect(both.rows).toBe(2)
    const text = await readFile(file, 'utf8')
    expect(text.startsWith('\ufeffimage,')).toBe(true)
    expect(parse(text, { bom: true, columns: true })).toEqual([
      { image: 'a.png', class: 'RBC', score: '0.123457', x: '-1.5', y: '2', width: '3.333', height: '4' },
      { image: `'-b,"ä".png`, class: 'RBC', score: '1', x: '0', y: '0', width: '1', height: '1' },
    ])
  })

  it('predictions: many thousands in their order', async () => {
    const file = path.join(folder, 'many.csv')
    const objects = Array.from({ length: 12_001 }, (_, i) =>
      makePrediction(a, rbc, 0.5, { type: 'box', x: i, y: 0, width: 1, height: 1 }, i),
    )
    await writePredictionsCsv(file, { images: [a], classes: [rbc], objects })
    const back: { x: string }[] = parse(await readFile(file, 'utf8'), { columns: true })
    expect(back.map(({ x }) => Number(x))).toEqual(objects.map((_, i) => i))
  })

  it('annotations: boxes and points', async () => {
    const file = path.join(folder, 'annotations.csv')
    const objects = [
      makeAnnotation(a, rbc, box(1, 2, 3, 4), { difficult: true, note: '@home' }),
      makeAnnotation(a, wbc, { type: 'point', x: 1.23456, y: 2 }, { crowd: true }),
    ]
    const written = await writeAnnotationsCsv(file, { images: [a, { ...a, id: b.id }], classes: [rbc, wbc], objects })
    expect(written).toEqual({ rows: 2, notes: ['1 image shares a name with another: rows do not tell it apart.'] })
    expect(await readFile(file, 'utf8')).toBe(
      "image,class,x,y,width,height,crowd,difficult,note\r\na.png,RBC,1,2,3,4,0,1,'@home\r\na.png,'=WBC,1.235,2,,,1,0,\r\n",
    )
  })
})
