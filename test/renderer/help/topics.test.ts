import { afterEach, describe, expect, test } from 'vitest'
import { commandOf } from '#shared/commands.ts'
import { wordsOf } from '#shared/i18n/command-search.ts'
import { inLanguage, setLanguage } from '#shared/i18n/translate.ts'
import { partsOf, TOPICS, topicsWith } from '../../../src/renderer/help/topics.ts'

const soughtBy = (id: string): string => {
  const command = commandOf(id)
  return command === null ? '' : wordsOf(command)
}
const found = (text: string): string[] => topicsWith(text, soughtBy).map(({ id }) => id)

afterEach(() => {
  setLanguage('en')
})

describe('the help', () => {
  test.each(TOPICS)('about “$title” has 5 to 10 short lines that name only commands that there are', ({ lines }) => {
    expect(lines.length).toBeGreaterThanOrEqual(5)
    expect(lines.length).toBeLessThanOrEqual(10)
    for (const line of lines) {
      expect(partsOf(line).length).toBeGreaterThan(0)
      expect(line.length).toBeLessThan(260)
      expect(line).toMatch(/\.$/)
    }
  })

  test('has each topic once', () => {
    expect(new Set(TOPICS.map(({ id }) => id)).size).toBe(TOPICS.length)
    expect(new Set(TOPICS.map(({ title }) => title)).size).toBe(TOPICS.length)
  })

  test('refuses a command that there is not', () => {
    expect(partsOf('Press [[tool.box]] now.')).toEqual([{ text: 'Press ' }, { command: 'tool.box' }, { text: ' now.' }])
    expect(() => partsOf('Press [[tool.nothing]].')).toThrow('tool.nothing')
  })

  test('is found by words of titles, texts, commands and by other words; by titles first', () => {
    expect(found('')).toEqual(TOPICS.map(({ id }) => id))
    expect(found('GPU')).toEqual(['trouble'])
    expect(found('wand')).toContain('areas')
    for (const words of ['ruler', 'measure', 'distance', 'measure distance']) expect([words, found(words)[0]]).toEqual([words, 'measure'])
    expect(found('more tools')).toContain('label')
    expect(found('kappa')).toEqual(['readers'])
    expect(found('find the file')).toEqual(['trouble'])
    expect(found('review')[0]).toBe('review')
    expect(found('review').length).toBeGreaterThan(1)
    expect(found('zeppelin')).toEqual([])
  })

  test.each([
    ['cs', { kalibrovat: 'images', guma: 'areas', 'krizova validace': 'train', 'druhy hodnotitel': 'readers', sklicko: 'slides' }],
    ['ru', { калибровка: 'images', ластик: 'areas', 'перекрестная проверка': 'train', каппа: 'readers', стекло: 'slides' }],
    ['ja', { 校正: 'images', 消しゴム: 'areas', 交差検証: 'train', カッパ: 'readers', ひょうほん: 'slides' }],
  ] as const)('is found in %s by words of that language, and by English ones still', (language, topics) => {
    setLanguage(language)
    for (const [words, topic] of Object.entries({ ...topics, rubber: 'areas', interobserver: 'readers', privacy: 'data' })) {
      expect([words, ...found(words)]).toContain(topic)
    }
    expect(found('zeppelin')).toEqual([])
    setLanguage('en')
    for (const words of Object.keys(topics)) expect(found(words)).toEqual([])
  })

  test('has other words of its own in each language', () => {
    for (const language of ['cs', 'ru', 'ja'] as const) {
      for (const { also } of TOPICS) expect(inLanguage(language)(also)).not.toBe(also)
    }
  })
})
