import { Linter } from 'eslint'
import { describe, expect, it } from 'vitest'
import { visibleText } from '../../tools/lint/visible-text.js'

const config = {
  files: ['**/*.jsx'],
  plugins: { house: { rules: { 'visible-text': visibleText } } },
  rules: { 'house/visible-text': 'error' },
  languageOptions: { parserOptions: { ecmaFeatures: { jsx: true } } },
}
const found = (code, filename = 'src/renderer/app/some.jsx') =>
  new Linter().verify(code, config, { filename }).map(({ message }) => message)
const named = (text) => `“${text}” is read by a person: put it through t(…) of src/shared/i18n.`

describe('text that is written straight into the window', () => {
  it('is found in elements, in what names controls, and in messages', () => {
    expect(found('x = <p>Save it</p>')).toEqual([named('Save it')])
    expect(found('x = <p title="Save" />')).toEqual([named('Save')])
    expect(found('x = <p aria-label={open ? "Close" : t("Open")} />')).toEqual([named('Close')])
    expect(found('x = <p>{busy ? "Wait" : null}</p>')).toEqual([named('Wait')])
    expect(found('stores.messages.done(`Saved ${n}`)')).toEqual([named('Saved ${}')])
  })
  it('is found on charts and on a canvas', () => {
    expect(found('x = <LineChart xLabel="epoch" />')).toEqual([named('epoch')])
    expect(found('const lines = [{ label: "loss", color: "#fff" }]')).toEqual([named('loss')])
    expect(found('context.fillText("no image", 0, 0)')).toEqual([named('no image')])
    expect(found('context.fillText(text, 0, 0); x = <LineChart xLabel={t("epoch")} />')).toEqual([])
  })
  it('is found wherever it is a sentence', () => {
    expect(found('const KINDS = [{ value: 1, name: "Told by what they hold" }]')).toEqual([named('Told by what they hold')])
    expect(found('const why = `There are ${n} of them`')).toEqual([named('There are ${} of them')])
  })
  it('is no fault where it is translated, thrown, a unit, a name or a style', () => {
    const fine = `x = <p title={t('Save')} className="some class">{t('Save it')} · {n} px</p>; say('Move {{name}}', { name }); y = <p>AP50</p>`
    expect(found(fine)).toEqual([])
    expect(found('throw new Error("There is no canvas")')).toEqual([])
    expect(found('const area = `repeat(${n}, minmax(0, 1fr))`')).toEqual([])
  })
  it('is nobody’s concern elsewhere', () => {
    expect(found('const why = "There are two of them"', 'src/main/some.jsx')).toEqual([])
  })
})
