import { describe, expect, it } from 'vitest'
import { makersOf } from '../../tools/lint/error-texts.js'
import { faultsOf, sourceOf, textsOf } from '../../tools/lint/translations.js'

const FILE = 'src/renderer/app/some.tsx'
const read = (code, file = FILE) => textsOf(sourceOf(`import { t, label } from '#shared/i18n/translate.ts'\n${code}`, file))
const uses = (code) => read(code).uses

describe('the texts of a source file', () => {
  it('are the first arguments of t and label, choices between literals included', () => {
    const { uses, faults } = read(
      `const a = t('One'); const b = <p title={t(x ? 'Two' : \`Three\`)}>{t('{{count}} left', { count })}</p>; label('Four')`,
    )
    expect(uses.map(({ text, plural, line }) => [text, plural, line])).toEqual([
      ['One', false, 2],
      ['Two', false, 2],
      ['Three', false, 2],
      ['{{count}} left', true, 2],
      ['Four', false, 2],
    ])
    expect(faults).toEqual([])
  })
  it('may not be put together', () => {
    expect(read('t(`Open ${name}`); t("Open " + name); t(name)').faults).toEqual(
      [1, 2, 3].map(() => `${FILE}:2: the text of t(…) is put together: write it out, with {{names}}`),
    )
  })
  it('are given what they have a place for, and no more', () => {
    expect(read(`t('Open {{name}}'); t('Open {{name}}', { nam }); t('Open {{name}}', { name }); t('Open', values)`).faults).toEqual([
      `${FILE}:2: “Open {{name}}” is given no {{name}}`,
      `${FILE}:2: “Open {{name}}” is given no {{name}}`,
      `${FILE}:2: “Open {{name}}” has no place for {{nam}}`,
    ])
  })
  it('are what errors say, with their values by name, but for advice to who types commands', () => {
    const code =
      "new AppError('a', `${path.basename(file)} has ${n} of ${n} rows.`, x ? 'Do this.' : hint); new AppError('b', `${a} ${b}`, 'Try --folds 5.')"
    expect(uses(code).map(({ text }) => text)).toEqual(['{{file}} has {{n}} of {{n2}} rows.', 'Do this.'])
  })
  it('are what is given to a function that makes an error of it, wherever that is', () => {
    const maker = `import { AppError } from '#shared/errors.ts'
      export function unreadable(message, hint = 'Fetch it again.') { return new AppError('a', message, hint) }
      const ofFile = (file, what) => new AppError('b', \`\${path.basename(file)} \${what}\`)
      const broken = (what) => unreadable(\`The file is broken: \${what}\`)
      const named = (file) => new AppError('d', \`There is no \${file} here.\`)
      ofFile(file, 'is empty.'); ofFile(file, \`holds \${file}\`); broken(\`it ends at \${at}\`); broken(why); broken('weights'); named('model.json')`
    const caller = `import { unreadable as bad } from '../files/maker.ts'
      class Reader { #open() { throw this.#broken('It has no end.') } #broken(text) { return bad(text, HINT) } }
      const HINT = 'Take another.'
      function other(unreadable) { return unreadable('Not an error.') }`
    const sources = [sourceOf(maker, 'src/files/maker.ts'), sourceOf(caller, 'src/engine/caller.ts')]
    const makers = makersOf(sources)
    expect(sources.map((source) => textsOf(source, makers).uses.map(({ text }) => text))).toEqual([
      [
        'Fetch it again.',
        'The file is broken: {{what}}',
        'There is no {{file}} here.',
        '{{file}} is empty.',
        '{{file}} holds {{file2}}',
        'it ends at {{at}}',
      ],
      ['It has no end.', 'Take another.'],
    ])
  })
  it('may leave the number out where a plural form is for one alone', () => {
    const code = `t('{{count}} flags', { count })`
    const one = { '{{count}} flags_one': 'a flag' }
    const others = (forms) => Object.fromEntries(forms.map((form) => [`{{count}} flags_${form}`, '{{count}} flags']))
    expect(faultsOf(uses(code), 'cs', { ...one, ...others(['few', 'many', 'other']) })).toEqual([])
    expect(faultsOf(uses(code), 'ru', { ...one, ...others(['few', 'many', 'other']) })).toEqual([
      'ru.json: “{{count}} flags_one” has lost {{count}}',
    ])
  })
  it('are not those of another t', () => {
    expect(textsOf(sourceOf(`const t = (x) => x; t('One')`, FILE)).uses).toEqual([])
  })
  it('are the titles and groups of the table of commands', () => {
    const table = `export const A = [{ id: 'a', title: 'Do it', group: 'Tools' }, { title, group: 'Tools' as const }, { title: \`Do \${x}\` }]`
    const { uses, faults } = read(table, 'src/shared/commands.ts')
    expect(uses.map(({ text }) => text)).toEqual(['Do it', 'Tools', 'Tools'])
    expect(faults).toEqual(['src/shared/commands.ts:2: title is put together: write it out, with {{names}}'])
  })
  it('are the other words for commands', () => {
    const { uses, faults } = read(`export const WORDS = { 'edit.undo': 'back revert', 'edit.redo': words }`, 'src/shared/command-words.ts')
    expect(uses.map(({ text }) => text)).toEqual(['back revert'])
    expect(faults).toEqual([`src/shared/command-words.ts:2: 'edit.redo' is put together: write it out, with {{names}}`])
    expect(faultsOf(uses, 'cs', {})).toEqual(['cs.json lacks “back revert” (src/shared/command-words.ts:2)'])
  })
})

describe('a language', () => {
  it('lacks nothing where each text is there with its placeholders and forms', () => {
    const code = `t('Close'); t('{{count}} cells of {{all}}', { count, all })`
    const forms = ['one', 'few', 'many', 'other'].map((form) => [`{{count}} cells of {{all}}_${form}`, '{{all}}: {{count}} buněk'])
    expect(faultsOf(uses(code), 'cs', { Close: 'Zavřít', ...Object.fromEntries(forms) })).toEqual([])
  })
  it('is told which text it lacks, and where that is said', () => {
    expect(faultsOf(uses(`t('Close'); t('Open')`), 'ja', { Close: '', Cancel: '取り消し' })).toEqual([
      `ja.json lacks “Close” (${FILE}:2)`,
      `ja.json lacks “Open” (${FILE}:2)`,
      'ja.json: no code says “Cancel”',
    ])
  })
  it('is told which plural form it lacks', () => {
    const entries = {
      '{{count}} cells_one': '{{count}} клетка',
      '{{count}} cells_few': '{{count}} клетки',
      '{{count}} cells_other': '{{count}} клетки',
    }
    expect(faultsOf(uses(`t('{{count}} cells', { count })`), 'ru', entries)).toEqual([`ru.json lacks “{{count}} cells_many” (${FILE}:2)`])
  })
  it('is told which placeholder it has lost or made up', () => {
    expect(faultsOf(uses(`t('Open {{name}}', { name })`), 'cs', { 'Open {{name}}': 'Otevřít {{jmeno}}' })).toEqual([
      'cs.json: “Open {{name}}” has lost {{name}}',
      'cs.json: “Open {{name}}” has {{jmeno}}, which is not given',
    ])
  })
  it('needs the plural forms alone where it is English', () => {
    const code = `t('Close'); t('{{count}} cells', { count })`
    expect(faultsOf(uses(code), 'en', { '{{count}} cells_other': '{{count}} cells' }, { pluralsOnly: true })).toEqual([
      `en.json lacks “{{count}} cells_one” (${FILE}:2)`,
    ])
  })
})
