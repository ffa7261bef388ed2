import { parser } from '@lezer/python'
import type { JsonValue } from '../../shared/tools.ts'
import { AppError } from '../../shared/errors.ts'

type Node = ReturnType<typeof parser.parse>['topNode']

const unreadable = (): AppError =>
  new AppError(
    'tool.unreadable_call',
    'The model wrote a call that cannot be read. Have it written again.',
  )

const escapes: Record<string, string> = { n: '\n', t: '\t', r: '\r', '\n': '' }

/** The text of a Python string literal; what is formatted or made of bytes is refused. */
function stringOf(literal: string): string {
  const found = /^([rRuU]?)('''|"""|'|")([^]*)\2$/u.exec(literal)
  if (!found) throw unreadable()
  const [, prefix = '', , body = ''] = found
  if (/[rR]/u.test(prefix)) return body
  return body.replaceAll(/\\(u[\da-fA-F]{4}|x[\da-fA-F]{2}|[^])/gu, (_, sign: string) =>
    sign.length > 1
      ? String.fromCharCode(Number.parseInt(sign.slice(1), 16))
      : (escapes[sign] ?? (/[\\'"]/u.test(sign) ? sign : `\\${sign}`)),
  )
}

function childrenOf(node: Node): Node[] {
  const found: Node[] = []
  for (let child = node.firstChild; child; child = child.nextSibling) found.push(child)
  return found.filter(({ name }) => !/^[()[\]{},:]$/u.test(name) && name !== 'Comment')
}

/** What a literal says. Nothing is run: names and calls are refused. */
function valueOf(node: Node, code: string): JsonValue {
  const text = code.slice(node.from, node.to)
  const children = childrenOf(node)
  const [first, second] = children
  switch (node.name) {
    case 'String':
      return stringOf(text)
    case 'ContinuedString':
      return children.map((part) => stringOf(code.slice(part.from, part.to))).join('')
    case 'Number':
      if (Number.isFinite(Number(text.replaceAll('_', '')))) return Number(text.replaceAll('_', ''))
      throw unreadable()
    case 'Boolean':
      return text === 'True'
    case 'None':
      return null
    case 'ParenthesizedExpression':
      if (first) return valueOf(first, code)
      throw unreadable()
    case 'UnaryExpression': {
      const value = second ? valueOf(second, code) : null
      if (typeof value === 'number' && /^[+-]/u.test(text))
        return text.startsWith('-') ? -value : value
      throw unreadable()
    }
    case 'ArrayExpression':
    case 'TupleExpression':
      return children.map((child) => valueOf(child, code))
    case 'DictionaryExpression': {
      const pairs: [string, JsonValue][] = []
      for (let index = 0; index + 1 < children.length; index += 2) {
        const [key, value] = children.slice(index, index + 2)
        if (key?.name !== 'String' || !value) throw unreadable()
        pairs.push([stringOf(code.slice(key.from, key.to)), valueOf(value, code)])
      }
      return Object.fromEntries(pairs)
    }
    default:
      throw unreadable()
  }
}

/**
 * The arguments of the call that ChatGLM3 writes as Python, `tool_call(city='…')` in a block of
 * code. The official examples evaluate it; here it is only read. Throws `tool.unreadable_call`.
 */
export function argumentsOf(content: string): Record<string, JsonValue> {
  const code = content.slice(Math.max(0, content.indexOf('tool_call(')))
  const call = parser.parse(code).topNode.firstChild?.firstChild
  const list = call?.name === 'CallExpression' ? call.getChild('ArgList') : null
  if (!list || list.getChild('⚠')) throw unreadable()
  const parts = childrenOf(list)
  const pairs: [string, JsonValue][] = []
  for (let index = 0; index < parts.length; index += 3) {
    const [name, sign, value] = parts.slice(index, index + 3)
    if (name?.name !== 'VariableName' || sign?.name !== 'AssignOp' || !value) throw unreadable()
    pairs.push([code.slice(name.from, name.to), valueOf(value, code)])
  }
  return Object.fromEntries(pairs)
}

function pythonOf(value: JsonValue): string {
  if (value === null) return 'None'
  if (typeof value === 'boolean') return value ? 'True' : 'False'
  if (typeof value === 'number') return String(value)
  if (typeof value === 'string') {
    const inside = value.replaceAll('\\', '\\\\').replaceAll("'", "\\'").replaceAll('\n', '\\n')
    return `'${inside}'`
  }
  if (Array.isArray(value)) return `[${value.map(pythonOf).join(', ')}]`
  const pairs = Object.entries(value).map(([key, one]) => `${pythonOf(key)}: ${pythonOf(one)}`)
  return `{${pairs.join(', ')}}`
}

/** A call in the form in which ChatGLM3 writes it. */
export function pythonCall(given: Record<string, JsonValue>): string {
  const pairs = Object.entries(given).map(([name, value]) => `${name}=${pythonOf(value)}`)
  return `\`\`\`python\ntool_call(${pairs.join(', ')})\n\`\`\``
}
