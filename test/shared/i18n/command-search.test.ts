import { afterEach, describe, expect, it } from 'vitest'
import { COMMAND_WORDS } from '#shared/command-words.ts'
import { COMMANDS, type CommandId } from '#shared/commands.ts'
import { commandsWith, wordsOf } from '#shared/i18n/command-search.ts'
import { inLanguage, setLanguage, textsOf } from '#shared/i18n/translate.ts'
import { folded, hasWords, searchWords } from '#shared/search-words.ts'

afterEach(() => {
  setLanguage('en')
})

const found = (text: string): CommandId[] => commandsWith(text, COMMANDS).map(({ id }) => id)
const OTHERS = ['cs', 'ru', 'ja'] as const

describe('words that are searched', () => {
  it('are the same with and without marks on letters, in small and large letters', () => {
    expect(folded('Měření ŽÁDNÉ Všechno')).toBe('mereni zadne vsechno')
    expect(folded('Ещё объём')).toBe('еще объем')
    expect(hasWords('Délka měření', searchWords('MERENI  delka'))).toBe(true)
    expect(hasWords('delka mereni', searchWords('měření'))).toBe(true)
  })
  it('are the same however a composed letter, a wide sign or the micro sign is written', () => {
    expect(folded('me\u030Cr\u030Ceni\u0301')).toBe('mereni')
    expect(folded('ＳＡＭ')).toBe('sam')
    expect(folded('\u00B5m')).toBe(folded('\u03BCm'))
  })
  it('are the same in hiragana and katakana, and keep the marks of kana, which make other sounds', () => {
    expect(folded('ブラシ')).toBe('ぶらし')
    expect(folded('ﾌﾞﾗｼ')).toBe('ぶらし')
    expect(folded('ば')).not.toBe(folded('は'))
  })
  it('are parted by blanks, wide ones too; none are of an empty text, and all texts have them', () => {
    expect(searchWords(' a\u3000B  ')).toEqual(['a', 'b'])
    expect(searchWords('  ')).toEqual([])
    expect(hasWords('', [])).toBe(true)
  })
})

describe('commands', () => {
  it('come first where their title begins with the text: what takes images away never stands before', () => {
    const first = found('select')
    expect(first.indexOf('tool.select')).toBeLessThan(first.indexOf('image.remove'))
    expect(COMMANDS.find(({ id }) => id === first[0])?.title).toMatch(/^Select/)
  })

  it('have other words in each language, none of which is left in English', () => {
    for (const language of OTHERS) {
      for (const words of Object.values(COMMAND_WORDS)) {
        expect([language, words, textsOf(language).has(words)]).toEqual([language, words, true])
        expect(inLanguage(language)(words)).not.toBe(words)
      }
    }
  })
  it('have them wherever the palette offers them, several at a time: one alone could be a name that a person gave', () => {
    expect(COMMANDS.filter(({ id, palette }) => palette !== false && COMMAND_WORDS[id] === undefined)).toEqual([])
    for (const words of Object.values(COMMAND_WORDS)) expect(searchWords(words).length).toBeGreaterThan(1)
  })

  it.each([
    ['en', 'magic wand', 'tool.wand'],
    ['en', 'SAM', 'tool.outline'],
    ['en', 'levels histogram', 'view.adjust'],
    ['en', 'hide invisible', 'object.hide'],
    ['en', 'merge', 'area.union'],
    ['en', 'spreadsheet', 'export.counts'],
    ['en', 'threshold', 'prediction.score-up'],
    ['cs', 'mereni', 'tool.ruler'],
    ['cs', 'měření', 'tool.ruler'],
    ['cs', 'kouzelna hulka', 'tool.wand'],
    ['cs', 'sloucit', 'area.union'],
    ['cs', 'naucit', 'train.start'],
    ['cs', 'zpet', 'edit.undo'],
    ['cs', 'jas kontrast', 'view.adjust'],
    ['ru', 'измерить', 'tool.ruler'],
    ['ru', 'волшебная палочка', 'tool.wand'],
    ['ru', 'отчет', 'export.report'],
    ['ru', 'яркость', 'view.adjust'],
    ['ja', '計測', 'tool.ruler'],
    ['ja', 'けいそく', 'tool.ruler'],
    ['ja', '閾値', 'prediction.score-up'],
    ['ja', 'ぶらし', 'tool.brush'],
    ['ja', '明るさ', 'view.adjust'],
    ['ja', '元に戻す', 'edit.undo'],
  ] as const)('are found in %s by “%s”: %s', (language, words, id) => {
    setLanguage(language)
    expect(found(words)).toContain(id)
  })
  it.each([
    ['images.pixel-size', 'pixel size', 'velikost pixelu', 'размер пикселя', 'ピクセルサイズ'],
    ['images.pixel-size', 'scale bar', 'měřítko', 'масштаб', 'スケールバー'],
    ['images.pixel-size', 'magnification', 'zvětšení', 'увеличение', '倍率'],
    ['image.beside', 'compare', 'porovnat', 'сравнить', '比較'],
    ['project.models', 'compare', 'porovnat', 'сравнить', '比較'],
    ['project.workflow', 'log', 'záznam', 'журнал', 'ログ'],
    ['project.workflow', 'replay', 'zopakovat', 'повторить', '再実行'],
    ['images.origin', 'group', 'skupina', 'группа', 'グループ'],
    ['images.origin', 'patient', 'pacient', 'пациент', '患者'],
    ['images.origin', 'slide', 'preparát', 'препарат', 'スライド'],
    ['images.origin', 'leak', 'únik', 'утечка', 'リーク'],
    ['images.split', 'leak', 'únik', 'утечка', 'リーク'],
    ['images.split', 'duplicate', 'duplikáty', 'дубликаты', '重複'],
    ['object.duplicate', 'duplicate', 'duplikovat', 'дублировать', '複製'],
    ['prediction.score-up', 'threshold', 'práh', 'порог', 'しきい値'],
    ['export.report', 'report', 'zpráva', 'отчёт', 'レポート'],
    ['review.readers', 'kappa', 'kappa', 'каппа', 'カッパ'],
    ['review.readers', 'agreement', 'shoda', 'согласие', '一致'],
    ['review.readers', 'blind', 'naslepo', 'вслепую', '盲検'],
    ['review.readers', 'second reader', 'druhý hodnotitel', 'второй эксперт', '第二読影者'],
    ['edit.undo', 'undo', 'zpět', 'отменить', '元に戻す'],
    ['export.counts', 'csv', 'csv', 'csv', 'CSV'],
    ['export.counts', 'excel', 'excel', 'excel', 'エクセル'],
  ] as const)('%s is found by “%s”, and by the word for it in each language', (id, ...words) => {
    for (const [at, language] of (['en', ...OTHERS] as const).entries()) {
      setLanguage(language)
      expect([language, words[at], found(words[at]!)]).toEqual([language, words[at], expect.arrayContaining([id])])
    }
  })
  it.each(OTHERS)('are found in %s by English titles and other words too', (language) => {
    setLanguage(language)
    expect(found('dark or')).toEqual(['app.theme'])
    expect(found('measure distance')).toContain('tool.ruler')
    expect(found('magic flood')).toEqual(['tool.wand'])
    for (const [id, words] of Object.entries(COMMAND_WORDS)) expect(found(words)).toContain(id)
  })
  it('are found by nothing that none of them has, nor by words of another language than the window’s and English', () => {
    for (const language of ['en', ...OTHERS] as const) {
      setLanguage(language)
      expect(found('zeppelin')).toEqual([])
    }
    setLanguage('en')
    expect(found('mereni')).toEqual([])
  })
  it('are all there where nothing is typed, in their order', () => {
    expect(found(' ')).toEqual(COMMANDS.map(({ id }) => id))
  })
  it('stand first by their whole title, then by a part of it, then by other words', () => {
    expect(found('train')[0]).toBe('train.start')
    expect(found('copy')[0]).toBe('object.copy')
    const erase = found('erase')
    expect(erase[0]).toBe('tool.eraser')
    expect(erase).toContain('object.delete')
    // A net before a magnet.
    expect(found('net').indexOf('train.start')).toBeLessThan(found('net').indexOf('tool.snap'))
    expect(wordsOf(COMMANDS.find(({ id }) => id === 'object.delete')!)).toContain('erase')
  })
})
