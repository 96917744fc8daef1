import { afterEach, describe, expect, it } from 'vitest'
import { heard } from '#shared/i18n/heard.ts'
import { say } from '#shared/i18n/say.ts'
import { inLanguage, setLanguage, textsOf } from '#shared/i18n/translate.ts'

afterEach(() => {
  setLanguage('en')
})

describe('a sentence without a window', () => {
  it('is English, with its values and the plural form of its count', () => {
    expect([1, 2, 12_345].map((count) => say('{{count}} images', { count }))).toEqual(['1 image', '2 images', '12,345 images'])
    expect(say('Move {{name}}', { name: 'RBC' })).toBe('Move RBC')
  })
  it('says the same as a window in English', () => {
    for (const count of [0, 1, 7])
      expect(say('Take {{count}} flags off', { count })).toBe(inLanguage('en')('Take {{count}} flags off', { count }))
  })
  it('keeps what looks like a placeholder in a value', () => {
    expect(say('Rename {{name}}', { name: '{{name}} $& $1' })).toBe('Rename {{name}} $& $1')
  })
})

describe('what another process said', () => {
  it('stays as it is in English', () => {
    expect(heard('Move 3 objects')).toBe('Move 3 objects')
  })
  it('is put into the window’s language with its values, however deep', () => {
    setLanguage('cs')
    expect(heard('Delete region')).toBe('Smazat oblast')
    expect(heard('Move RBC')).toBe('Přesunout RBC')
    expect(['Move object', 'Move 3 objects', 'Move 5 objects'].map(heard)).toEqual([
      'Přesunout objekt',
      'Přesunout 3 objekty',
      'Přesunout 5 objektů',
    ])
    expect(heard('Relabel 1,234 objects as a (b) [c]')).toBe('Změnit třídu (1\u00a0234 objektů) na a (b) [c]')
  })
  it('knows a plural form that does not tell its count', () => {
    setLanguage('ru')
    expect(['Take a flag off', 'Take 22 flags off'].map(heard)).toEqual(['Снять 1 флажок', 'Снять 22 флажка'])
  })
  it('follows the language', () => {
    setLanguage('cs')
    expect(heard('Draw region')).toBe('Nakreslit oblast')
    setLanguage('ja')
    expect(heard('Draw region')).toBe('領域を描く')
  })
  it('may be several sentences, of which those that are known are put into words', () => {
    setLanguage('cs')
    expect(heard('Nothing to undo. ENOENT: no such file.')).toBe('Není co vrátit zpět. ENOENT: no such file.')
  })
  it('stays as it is where it is none of ours', () => {
    setLanguage('cs')
    for (const text of ['Copy the file again.', 'x', 'image.png', 'ENOENT: no such file or directory']) expect(heard(text)).toBe(text)
  })
  it('knows every text by its own words, whatever stands between them', () => {
    setLanguage('cs')
    const names = (text: string): string[] => [...text.matchAll(/\{\{(\w+)\}\}/g)].map(([, name]) => name!)
    const letters = (text: string): number => text.replaceAll(/\{\{\w+\}\}|[^\p{L}]/gu, '').length
    const known = [...textsOf('cs')].filter((text) => names(text).length > 0 && letters(text) >= 20)
    expect(known.length).toBeGreaterThan(300)
    for (const text of known) {
      const values = Object.fromEntries(names(text).map((name, i) => [name, name === 'count' ? 3 : `Q${'abcdefgh'[i]!}`]))
      expect(heard(say(text, values))).toBe(inLanguage('cs')(text, values))
    }
  })
  it('keeps names that look like numbers', () => {
    setLanguage('cs')
    expect(heard('Move 2024')).toBe('Přesunout 2024')
  })
})

describe('problems of single lines and notes', () => {
  const problems = [
    'object 3: its coordinates are no numbers: left out',
    'labels.csv: line 6: there is no image ghost: left out',
    'b.png: there is no image b.png: its 1 object is left out',
    'object 2 (RBC): xmax 3 lies left of xmin 8: left out',
    'object 1 (no name): it names no class: left out',
    'numbers_seg.npy: It holds an array of numbers, no dictionary: left out',
    'annotation 5: These COCO run lengths cannot be read: its runs fill 7 of 144 pixels: left out',
    'its image cannot be read (a.png is cut off: part of the file is missing.): left out',
    'This file is cut off: part of the file is missing. Copy it from its source again.',
    'record 3: its image is neither a picture file nor a square of raw bytes, and no size is given: left out',
    'masks/a.png: it could belong to images/a.png, c/a.jpg: left out',
    '4 ellipses become the boxes round them.',
    '1 rotated box becomes an outline.',
    '1 area with holes or of several pieces becomes a mask of its pixels.',
    'The memory ran out with 8 images at a time: a batch of 16 is learned from in 4 parts.',
    '/a/b.png was left out: b.png is empty.',
    'The graph gives out 1 × 3, and none of it is a table of boxes: 1 × (4 + classes) × boxes, 1 × boxes × (5 + classes), 1 × boxes × 6, or boxes, scores and labels as three outputs. Nothing was changed. docs/formats.md says which graphs can be imported.',
  ]
  it.each(['cs', 'ru', 'ja'] as const)('leave no English sentence behind in %s', (language) => {
    setLanguage(language)
    for (const problem of problems) {
      const words = heard(problem)
      expect(words).not.toBe(problem)
      expect(words.split(/[^\p{L}]+/u)).not.toEqual(
        expect.arrayContaining([expect.stringMatching(/^(its?|is|are|This|left|cannot|objects?|become|missing|learned)$/)]),
      )
    }
  })
  it('agree with their number', () => {
    setLanguage('ru')
    expect([1, 3, 5].map((count) => heard(say('{{count}} ellipses become outlines.', { count })))).toEqual([
      '1 эллипс станет контуром.',
      '3 эллипса станут контурами.',
      '5 эллипсов станут контурами.',
    ])
    setLanguage('cs')
    expect([1, 3, 5].map((count) => heard(say('{{count}} regions of interest are left out.', { count })))).toEqual([
      'Vynechána 1 oblast zájmu.',
      'Vynechány 3 oblasti zájmu.',
      'Vynecháno 5 oblastí zájmu.',
    ])
  })
  it('keep the names of classes', () => {
    setLanguage('cs')
    expect(heard('Move Ki-67: Positive')).toBe('Přesunout Ki-67: Positive')
  })
})

describe('refusals of files from elsewhere', () => {
  const refusals = [
    'a.pth is damaged: its index ends too early. The file may be damaged or may not be what its name says; try to fetch it again.',
    'net v2.safetensors is cut short: it holds 120 of 4000 bytes of numbers.',
    'a.safetensors: "conv1.weight" has 12 bytes, which does not fit F32 [3, 3].',
    'a.safetensors: the tensors overlap or leave a hole at byte 1200.',
    'a.pt: "features.0.weight" claims 1728 numbers but has 12 bytes.',
    'a.pt was not opened: it contains a call of os.system with 1 arguments, which plain weights never need and which could run a program.',
    '"conv1" claims the absurd shape [65536, 65536].',
    'The model in /p/m is damaged: weights.safetensors has 12 bytes, which does not fit unet.',
    'model.zip is damaged, or no model that was exported from Slidewright: model.json is not the file that was exported.',
    "a.npy: It holds the opcode 0x8f, which is not read: only NumPy's arrays, text and numbers are: left out",
    'a.xml: The XML is broken: it is not utf-16le text: left out',
    'The pattern ^(a+)+$ takes too long on these names.',
    "The report's template cannot be used: line 3 asks for {{sumary}}, which there is not. Nothing was written.",
    'This mask cannot be read: The runs of a tile fill 12 of its 65536 pixels.',
    // What is said of an array of a weight file: its name and why it was left out.
    'block3/conv1: is a link.',
    'head/class/kernel: was made for another number of classes: [1, 1, 64, 3] does not fit [1, 1, 64, 2].',
    'num_batches_tracked: holds Long, not floating-point numbers.',
  ]
  const english =
    /^(its?|is|are|was|has|holds|does|which|numbers|damaged|claims|cannot|the|call|arguments|fit|other|another|asks|takes|left|fill|not)$/i
  it.each(['cs', 'ru', 'ja'] as const)('leave no English words behind in %s, and keep the values', (language) => {
    setLanguage(language)
    for (const refusal of refusals) {
      const words = heard(refusal)
      expect(
        words.split(/[^\p{L}]+/u).filter((word) => english.test(word)),
        words,
      ).toEqual([])
      for (const name of refusal.match(/[\w.]+\.(pth?|safetensors|npy|xml|zip|json|weight|system)\b|\[[\d, ]+\]|\b\d{2,3}\b/g) ?? [])
        expect(words).toContain(name)
    }
  })
  it('are whole sentences of the language', () => {
    setLanguage('cs')
    expect(heard('a.pth is damaged: its index makes no sense.')).toBe('a.pth je poškozený: rejstřík nedává smysl.')
    expect(heard('conv1: holds Long, not floating-point numbers.')).toBe('conv1: obsahuje Long, ne desetinná čísla.')
    setLanguage('ru')
    expect(heard('"conv1" has the impossible shape [3, -1].')).toBe('У «conv1» невозможная форма [3, -1].')
    setLanguage('ja')
    expect(heard('conv1: is a link.')).toBe('conv1: リンクです。')
  })
})

describe('errors and notes of main and the engine', () => {
  it('are put into words with the names in them', () => {
    setLanguage('cs')
    expect(heard('The disk of Demo.slidewright is full.')).toBe('Disk s Demo.slidewright je plný.')
    expect(heard('RBC has only 4 labels to learn from: 20 or more are better.')).toBe('RBC má k učení jen 4 anotace: lepší je 20 a více.')
    expect(heard('RBC has only 1 label to learn from: 20 or more are better.')).toBe('RBC má k učení jen 1 anotaci: lepší je 20 a více.')
  })
  it('say why in the same language, where the reason is known', () => {
    setLanguage('cs')
    expect(heard('It was looked at in its own colours, since it is grey: the model may do worse.')).toBe(
      'Hodnoceno ve vlastních barvách, protože je šedý: model může být horší.',
    )
    expect(heard('Preparing training images failed: ENOSPC')).toBe('Příprava trénovacích obrázků selhala: ENOSPC')
  })
})
