import { describe, expect, test } from 'vitest'
import { COMMANDS } from '#shared/commands.ts'
import { partsOf, TOPICS, topicsWith } from '../../../src/renderer/help/topics.ts'

const nameOf = (id: string): string => COMMANDS.find((command) => command.id === id)?.title ?? ''
const found = (text: string): string[] => topicsWith(text, nameOf).map(({ id }) => id)

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
    expect(found('kappa')).toEqual(['readers'])
    expect(found('find the file')).toEqual(['trouble'])
    expect(found('review')[0]).toBe('review')
    expect(found('review').length).toBeGreaterThan(1)
    expect(found('zeppelin')).toEqual([])
  })
})
