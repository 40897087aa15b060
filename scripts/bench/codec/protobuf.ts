/**
 * protobuf-es: an equivalent message with fixed-width fields. Its bytes are protobuf's own; it reads and writes whole buffers.
 */
import { create, createFileRegistry, type DescMessage, fromBinary, type Message, toBinary } from "@bufbuild/protobuf";
import {
  type DescriptorProto,
  DescriptorProtoSchema,
  FieldDescriptorProto_Label,
  FieldDescriptorProto_Type,
  FieldDescriptorProtoSchema,
  FileDescriptorProtoSchema,
} from "@bufbuild/protobuf/wkt";
import type { Contender, Records } from "./contender.js";
import type { Field, Value } from "./records.js";

const PACKAGE = "ckpt";

export function protobuf({ struct, fields, values }: Records): Contender {
  const file = create(FileDescriptorProtoSchema, {
    name: `${struct}.proto`,
    package: PACKAGE,
    syntax: "proto3",
    messageType: [messageType(struct, fields)],
  });
  const schema = createFileRegistry(file, () => undefined).getMessage(`${PACKAGE}.${struct}`);
  if (!schema) throw new Error(`the registry has no message ${struct}`);
  const messages = values.map((value) => create(schema, initial(schema, value)));
  const buffers = messages.map((message) => toBinary(schema, message));
  return {
    name: "protobuf-es",
    decode: {
      statement: "sink[i & 15] = fromBinary(schema, buffers[i]);",
      bindings: { fromBinary, schema, buffers },
      plain: (result) => plain(schema, result as Message),
    },
    encode: {
      statement: "sink[i & 15] = toBinary(schema, messages[i]);",
      bindings: { toBinary, schema, messages },
      bytes: (result) => result as Uint8Array,
      expected: buffers,
    },
  };
}

/** Fixed widths if protobuf has them; 8 and 16 bits are encoded as 32. */
const TYPE: Readonly<Record<string, FieldDescriptorProto_Type>> = {
  u8: FieldDescriptorProto_Type.FIXED32,
  s8: FieldDescriptorProto_Type.SFIXED32,
  u16: FieldDescriptorProto_Type.FIXED32,
  s16: FieldDescriptorProto_Type.SFIXED32,
  u32: FieldDescriptorProto_Type.FIXED32,
  s32: FieldDescriptorProto_Type.SFIXED32,
  u64: FieldDescriptorProto_Type.FIXED64,
  s64: FieldDescriptorProto_Type.SFIXED64,
};

function messageType(name: string, fields: readonly Field[], scope = `.${PACKAGE}`): DescriptorProto {
  const here = `${scope}.${name}`;
  const innerName = (field: string) => `${field}_struct`;
  return create(DescriptorProtoSchema, {
    name,
    nestedType: fields.flatMap((field) =>
      field.fields ? [messageType(innerName(field.name), field.fields, here)] : [],
    ),
    field: fields.map((field, index) =>
      create(FieldDescriptorProtoSchema, {
        name: field.name,
        number: index + 1,
        label: FieldDescriptorProto_Label.OPTIONAL,
        ...(field.fields
          ? { type: FieldDescriptorProto_Type.MESSAGE, typeName: `${here}.${innerName(field.name)}` }
          : { type: TYPE[field.type] as FieldDescriptorProto_Type }),
      }),
    ),
  });
}

function initial(schema: DescMessage, value: Value): Record<string, unknown> {
  return Object.fromEntries(
    schema.fields.map((field) => {
      const own = value[field.name];
      return [field.localName, field.message ? create(field.message, initial(field.message, own as Value)) : own];
    }),
  );
}

function plain(schema: DescMessage, message: Message): Value {
  const properties = message as unknown as Record<string, unknown>;
  return Object.fromEntries(
    schema.fields.map((field) => {
      const own = properties[field.localName];
      return [field.name, field.message ? plain(field.message, own as Message) : (own as number | bigint)];
    }),
  );
}
