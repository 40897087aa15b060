/**
 * Interpreter of the part of ImHex's pattern language that our patterns use, written from its documentation. It finds patterns that are malformed,
 * use undefined names, or lay out an image differently. It cannot test what depends on the editor (limits, colours, its own parser).
 */

// biome-ignore lint/suspicious/noExplicitAny: values of patterns, whose types are known at run time only
export type Laid = any;

const TOKEN =
  /\s+|\/\/[^\n]*|#pragma [^\n]*|(?<string>"(?:[^"\\]|\\.)*")|(?<number>0x[0-9a-fA-F]+|\d+)|(?<name>[A-Za-z_]\w*(?:::[A-Za-z_]\w*)*)|(?<sign>\[\[|\]\]|&&|\|\||[=!<>]=|[-+*/%<>=!?:;,.@$(){}[\]])/uy;

interface Token {
  readonly kind: "string" | "number" | "name" | "sign" | "end";
  readonly text: string;
  readonly line: number;
}

function tokens(source: string): Token[] {
  const found: Token[] = [];
  let line = 1;
  for (TOKEN.lastIndex = 0; TOKEN.lastIndex < source.length; ) {
    const at = TOKEN.lastIndex;
    const match = TOKEN.exec(source);
    if (!match) throw new SyntaxError(`line ${line}: ${source.slice(at, at + 20)}`);
    const [kind, text] = Object.entries(match.groups ?? {}).find(([, value]) => value !== undefined) ?? [];
    if (kind && text !== undefined) found.push({ kind: kind as Token["kind"], text, line });
    line += match[0].split("\n").length - 1;
  }
  return [...found, { kind: "end", text: "the end", line }];
}

/** Action of a part of the pattern when it is executed. */
type Action = (scope: Scope) => void;
type Term = (scope: Scope) => number | bigint;

const WIDTHS: Readonly<Record<string, number>> = {
  u8: 1,
  u16: 2,
  u32: 4,
  u64: 8,
  s8: 1,
  s16: 2,
  s32: 4,
  s64: 8,
  float: 4,
  double: 8,
  char: 1,
  bool: 1,
};

/** Thrown to leave a function with its result. */
class Return {
  constructor(readonly value: number | bigint) {}
}

interface Machine {
  readonly view: DataView;
  at: number;
  littleEndian: boolean;
  readonly globals: Map<string, number | bigint>;
}

/** Members and variables of a struct or function during execution. */
interface Scope {
  readonly machine: Machine;
  readonly members: Record<string, Laid>;
  readonly locals: Map<string, number | bigint>;
}

/** Lays out bytes: returns the members that the pattern places, by name. */
export function layOutPattern(source: string): (bytes: Uint8Array) => Record<string, Laid> {
  return new PatternParser(tokens(source)).parse();
}

class PatternParser {
  private index = 0;
  private readonly types = new Map<string, (machine: Machine) => Laid>();
  private readonly enumerators = new Map<string, number | bigint>();
  private readonly functions = new Map<string, Action>();
  /** Members and variables that are declared at the current point of parsing; used names must be among them. */
  private readonly declared: Set<string>[] = [new Set()];

  constructor(private readonly list: readonly Token[]) {}

  parse(): (bytes: Uint8Array) => Record<string, Laid> {
    const actions: Action[] = [];
    while (this.peek.kind !== "end") {
      if (this.take("import")) this.path();
      else if (this.take("enum")) this.enumeration();
      else if (this.take("struct")) this.aggregate(false);
      else if (this.take("union")) this.aggregate(true);
      else if (this.take("fn")) this.define();
      else {
        actions.push(this.variable());
        continue;
      }
      this.expect(";");
    }
    return (bytes) => {
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
      const machine: Machine = { view, at: 0, littleEndian: true, globals: new Map() };
      const scope: Scope = { machine, members: {}, locals: machine.globals };
      for (const action of actions) action(scope);
      return scope.members;
    };
  }

  private get peek(): Token {
    return this.list[this.index] as Token;
  }

  private take(text: string): boolean {
    if (this.peek.text !== text || this.peek.kind === "string") return false;
    this.index++;
    return true;
  }

  private expect(text: string): void {
    if (!this.take(text)) throw new SyntaxError(`line ${this.peek.line}: ${text} instead of ${this.peek.text}`);
  }

  private name(): string {
    const { kind, text, line } = this.peek;
    if (kind !== "name" || text.includes("::")) throw new SyntaxError(`line ${line}: a name instead of ${text}`);
    this.index++;
    return text;
  }

  private path(): void {
    do this.name();
    while (this.take("."));
  }

  private enumeration(): void {
    const name = this.name();
    this.expect(":");
    const width = this.name();
    this.expect("{");
    while (!this.take("}")) {
      const enumerator = `${name}::${this.name()}`;
      this.expect("=");
      if (this.enumerators.has(enumerator)) throw new SyntaxError(`${enumerator} twice`);
      this.enumerators.set(enumerator, this.constant());
      this.expect(",");
    }
    this.addType(name, this.scalar(width));
  }

  private constant(): number | bigint {
    const sign = this.take("-") ? -1n : 1n;
    const value = sign * BigInt(this.peek.text);
    this.index++;
    return Number.isSafeInteger(Number(value)) ? Number(value) : value;
  }

  private addType(name: string, read: (machine: Machine) => Laid): void {
    if (this.types.has(name) || name in WIDTHS) throw new SyntaxError(`the type ${name} twice`);
    this.types.set(name, read);
  }

  private aggregate(union: boolean): void {
    const name = this.name();
    this.declared.push(new Set());
    const body = this.block();
    this.declared.pop();
    this.addType(name, (machine) => {
      const members = {};
      const start = machine.at;
      const scope = { machine, members, locals: new Map() };
      let end = start;
      for (const action of body) {
        if (union) machine.at = start;
        action(scope);
        end = Math.max(end, machine.at);
      }
      if (union) machine.at = end;
      return members;
    });
  }

  private block(): Action[] {
    this.expect("{");
    const actions: Action[] = [];
    while (!this.take("}")) actions.push(this.statement());
    return actions;
  }

  private define(): void {
    const name = this.name();
    this.expect("(");
    this.expect(")");
    this.declared.push(new Set());
    const body = this.block();
    this.declared.pop();
    this.functions.set(name, (scope) => {
      for (const action of body) action(scope);
    });
  }

  private statement(): Action {
    if (this.take("if")) return this.condition();
    if (this.take("match")) return this.match();
    if (this.take("return")) {
      const value = this.term();
      this.expect(";");
      return (scope) => {
        throw new Return(value(scope));
      };
    }
    if (this.take("$")) {
      this.expect("=");
      const value = this.term();
      this.expect(";");
      return (scope) => {
        scope.machine.at = Number(value(scope));
      };
    }
    const next = this.list[this.index + 1]?.text;
    if (next === "=") return this.assignment();
    if (next === "(") {
      const call = this.term();
      this.expect(";");
      return (scope) => {
        call(scope);
      };
    }
    return this.variable();
  }

  private body(): Action {
    const actions = this.peek.text === "{" ? this.block() : [this.statement()];
    return (scope) => {
      for (const action of actions) action(scope);
    };
  }

  private condition(): Action {
    this.expect("(");
    const when = this.term();
    this.expect(")");
    const yes = this.body();
    const no = this.take("else") ? this.body() : () => {};
    return (scope) => (when(scope) ? yes(scope) : no(scope));
  }

  private match(): Action {
    this.expect("(");
    const what = this.term();
    this.expect(")");
    this.expect("{");
    const cases: [Term | undefined, Action][] = [];
    while (!this.take("}")) {
      this.expect("(");
      const value = this.take("_") ? undefined : this.term();
      this.expect(")");
      this.expect(":");
      cases.push([value, this.body()]);
    }
    return (scope) => {
      const value = what(scope);
      cases.find(([wanted]) => wanted === undefined || wanted(scope) === value)?.[1](scope);
    };
  }

  private assignment(): Action {
    const name = this.name();
    // biome-ignore lint/style/noNonNullAssertion: the outermost names are always there
    if (!this.declared[0]!.has(name)) throw new SyntaxError(`line ${this.peek.line}: ${name} is no global variable`);
    this.expect("=");
    const value = this.term();
    this.expect(";");
    return (scope) => {
      scope.machine.globals.set(name, value(scope));
    };
  }

  /** Parses `type name;`, `type name[length];`, `type name @ place;`, or a variable of the pattern itself, `type name = value;`. */
  private variable(): Action {
    if (this.take("padding")) {
      this.expect("[");
      const size = this.term();
      this.expect("]");
      this.expect(";");
      return (scope) => {
        scope.machine.at += Number(size(scope));
      };
    }
    const read = this.type();
    const name = this.name();
    this.declared.at(-1)?.add(name);
    if (this.take("=")) {
      const value = this.term();
      this.expect(";");
      return (scope) => {
        scope.locals.set(name, value(scope));
      };
    }
    const whole = this.take("[") ? this.array(read) : read.one;
    const place = this.take("@") ? this.term() : undefined;
    this.attributes();
    this.expect(";");
    return (scope) => {
      const { machine } = scope;
      const back = machine.at;
      if (place) machine.at = Number(place(scope));
      scope.members[name] = whole(machine, scope);
      if (place) machine.at = back;
    };
  }

  private type(): { name: string; one: (machine: Machine) => Laid } {
    const order = ["le", "be"].find((word) => this.take(word));
    const name = this.name();
    const one = name in WIDTHS ? this.scalar(name, order) : this.types.get(name);
    if (!one) throw new SyntaxError(`line ${this.peek.line}: the type ${name} is not known`);
    return { name, one };
  }

  private array({ name, one }: { name: string; one: (machine: Machine) => Laid }) {
    const open = this.take("while");
    const length = this.term();
    this.expect("]");
    return (machine: Machine, scope: Scope): Laid => {
      const start = machine.at;
      const elements: Laid[] = [];
      if (open) while (length(scope)) elements.push(one(machine));
      else {
        const count = Number(length(scope));
        if (count < 0) throw new RangeError(`${count} elements at ${start}`);
        if (name === "u8" || name === "char") {
          machine.at += count;
          const bytes = new Uint8Array(machine.view.buffer, machine.view.byteOffset + start, count);
          return name === "u8" ? bytes : new TextDecoder().decode(bytes).replace(/\0+$/, "");
        }
        for (let i = 0; i < count; i++) elements.push(one(machine));
      }
      return elements;
    };
  }

  private attributes(): void {
    if (!this.take("[[")) return;
    do {
      this.name();
      if (!this.take("(")) continue;
      if (this.peek.kind !== "string")
        throw new SyntaxError(`line ${this.peek.line}: a text instead of ${this.peek.text}`);
      JSON.parse(this.peek.text);
      this.index++;
      this.expect(")");
    } while (this.take(","));
    this.expect("]]");
  }

  private scalar(name: string, order?: string): (machine: Machine) => Laid {
    const size = WIDTHS[name];
    if (size === undefined) throw new SyntaxError(`line ${this.peek.line}: the type ${name} is not known`);
    return (machine) => {
      const { view, at } = machine;
      const little = order === undefined ? machine.littleEndian : order === "le";
      machine.at += size;
      if (name === "float" || name === "double")
        return size === 4 ? view.getFloat32(at, little) : view.getFloat64(at, little);
      const signed = name.startsWith("s");
      if (size === 8) return signed ? view.getBigInt64(at, little) : view.getBigUint64(at, little);
      if (size === 4) return signed ? view.getInt32(at, little) : view.getUint32(at, little);
      if (size === 2) return signed ? view.getInt16(at, little) : view.getUint16(at, little);
      return signed ? view.getInt8(at) : view.getUint8(at);
    };
  }

  private term(): Term {
    const when = this.binary(0);
    if (!this.take("?")) return when;
    const yes = this.term();
    this.expect(":");
    const no = this.term();
    return (scope) => (when(scope) ? yes(scope) : no(scope));
  }

  private binary(level: number): Term {
    const operators = LEVELS[level];
    if (!operators) return this.primary();
    let left = this.binary(level + 1);
    for (;;) {
      const sign = operators.find((operator) => this.take(operator));
      if (sign === undefined) return left;
      const first = left;
      const second = this.binary(level + 1);
      const calculate = CALCULATE[sign] as (a: number, b: number) => number;
      left = (scope) => calculate(Number(first(scope)), Number(second(scope)));
    }
  }

  private primary(): Term {
    if (this.take("(")) {
      const inner = this.term();
      this.expect(")");
      return inner;
    }
    if (this.take("!")) {
      const inner = this.primary();
      return (scope) => (inner(scope) ? 0 : 1);
    }
    if (this.take("$")) return ({ machine }) => machine.at;
    const { kind, text, line } = this.peek;
    if (kind === "number") {
      const value = this.constant();
      return () => value;
    }
    if (kind !== "name") throw new SyntaxError(`line ${line}: ${text} is not expected`);
    this.index++;
    if (this.peek.text === "(") return this.call(text);
    if (text.includes("::")) return this.enumerator(text, line);
    if (!this.declared.some((names) => names.has(text))) throw new SyntaxError(`line ${line}: ${text} is not declared`);
    const path = [text];
    while (this.take(".")) path.push(this.name());
    return (scope) => {
      const [first = "", ...rest] = path;
      const value = scope.members[first] ?? scope.locals.get(first) ?? scope.machine.globals.get(first);
      const found = rest.reduce((inner, step) => inner?.[step], value);
      if (found === undefined) throw new ReferenceError(`line ${line}: ${path.join(".")} has no value`);
      return found;
    };
  }

  private enumerator(text: string, line: number): Term {
    if (text === "std::mem::Endian::Big") return () => 1;
    if (text === "std::mem::Endian::Little") return () => 2;
    const value = this.enumerators.get(text);
    if (value === undefined) throw new SyntaxError(`line ${line}: ${text} does not exist`);
    return () => value;
  }

  private call(name: string): Term {
    const { line } = this.peek;
    const values: Term[] = [];
    this.expect("(");
    while (!this.take(")")) {
      if (this.peek.kind === "string") this.index++;
      else values.push(this.term());
      this.take(",");
    }
    const own = this.functions.get(name);
    if (own)
      return ({ machine }) => {
        try {
          own({ machine, members: {}, locals: new Map() });
        } catch (error) {
          if (error instanceof Return) return error.value;
          throw error;
        }
        throw new TypeError(`${name} returns nothing`);
      };
    const builtIn = BUILT_IN[name];
    if (!builtIn) throw new SyntaxError(`line ${line}: the function ${name} is not known`);
    return (scope) => builtIn(scope.machine, ...values.map((value) => Number(value(scope))));
  }
}

const LEVELS: readonly (readonly string[])[] = [
  ["||"],
  ["&&"],
  ["==", "!="],
  ["<=", ">=", "<", ">"],
  ["+", "-"],
  ["*", "/", "%"],
];

const CALCULATE: Readonly<Record<string, (a: number, b: number) => number>> = {
  "||": (a, b) => (a || b ? 1 : 0),
  "&&": (a, b) => (a && b ? 1 : 0),
  "==": (a, b) => (a === b ? 1 : 0),
  "!=": (a, b) => (a !== b ? 1 : 0),
  "<=": (a, b) => (a <= b ? 1 : 0),
  ">=": (a, b) => (a >= b ? 1 : 0),
  "<": (a, b) => (a < b ? 1 : 0),
  ">": (a, b) => (a > b ? 1 : 0),
  "+": (a, b) => a + b,
  "-": (a, b) => a - b,
  "*": (a, b) => a * b,
  "/": (a, b) => Math.trunc(a / b),
  "%": (a, b) => a % b,
};

/** Functions of the standard library. */
const BUILT_IN: Readonly<Record<string, (machine: Machine, ...values: number[]) => number>> = {
  "std::error": () => {
    throw new RangeError("the pattern gives up");
  },
  "std::mem::eof": ({ view, at }) => (at >= view.byteLength ? 1 : 0),
  "std::mem::read_unsigned"({ view, littleEndian }, at = 0, size = 1, order = 0) {
    const little = order === 0 ? littleEndian : order === 2;
    return size === 1 ? view.getUint8(at) : view.getUint16(at, little);
  },
  "std::core::set_endian"(machine, order) {
    machine.littleEndian = order === 2;
    return 0;
  },
};
