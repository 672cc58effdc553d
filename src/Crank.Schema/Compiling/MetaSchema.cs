using System.Text.Json;

namespace Crank.Schema.Compiling;

/// <summary>The rules of the 2020-12 meta-schema in one document without dynamic references; it accepts and refuses the same schemas.</summary>
internal static class MetaSchema
{
    public static JsonElement Document { get; } = JsonElement.Parse("""
        {
          "$id": "https://json-schema.org/draft/2020-12/schema",
          "type": ["object", "boolean"],
          "properties": {
            "$id": { "type": "string", "pattern": "^[^#]*#?$" },
            "$schema": { "type": "string" },
            "$ref": { "type": "string" },
            "$anchor": { "$ref": "#/$defs/anchor" },
            "$dynamicRef": { "type": "string" },
            "$dynamicAnchor": { "$ref": "#/$defs/anchor" },
            "$vocabulary": { "type": "object", "additionalProperties": { "type": "boolean" } },
            "$comment": { "type": "string" },
            "$defs": { "$ref": "#/$defs/map" },
            "title": { "type": "string" },
            "description": { "type": "string" },
            "deprecated": { "type": "boolean" },
            "readOnly": { "type": "boolean" },
            "writeOnly": { "type": "boolean" },
            "examples": { "type": "array" },
            "format": { "type": "string" },
            "contentEncoding": { "type": "string" },
            "contentMediaType": { "type": "string" },
            "contentSchema": { "$ref": "#" },
            "type": { "anyOf": [
              { "$ref": "#/$defs/type" },
              { "type": "array", "items": { "$ref": "#/$defs/type" }, "minItems": 1, "uniqueItems": true }
            ] },
            "enum": { "type": "array" },
            "multipleOf": { "type": "number", "exclusiveMinimum": 0 },
            "maximum": { "type": "number" },
            "exclusiveMaximum": { "type": "number" },
            "minimum": { "type": "number" },
            "exclusiveMinimum": { "type": "number" },
            "maxLength": { "$ref": "#/$defs/count" },
            "minLength": { "$ref": "#/$defs/count" },
            "pattern": { "type": "string" },
            "maxItems": { "$ref": "#/$defs/count" },
            "minItems": { "$ref": "#/$defs/count" },
            "uniqueItems": { "type": "boolean" },
            "maxContains": { "$ref": "#/$defs/count" },
            "minContains": { "$ref": "#/$defs/count" },
            "maxProperties": { "$ref": "#/$defs/count" },
            "minProperties": { "$ref": "#/$defs/count" },
            "required": { "$ref": "#/$defs/names" },
            "dependentRequired": { "type": "object", "additionalProperties": { "$ref": "#/$defs/names" } },
            "dependentSchemas": { "$ref": "#/$defs/map" },
            "properties": { "$ref": "#/$defs/map" },
            "patternProperties": { "$ref": "#/$defs/map" },
            "additionalProperties": { "$ref": "#" },
            "propertyNames": { "$ref": "#" },
            "unevaluatedProperties": { "$ref": "#" },
            "unevaluatedItems": { "$ref": "#" },
            "items": { "$ref": "#" },
            "prefixItems": { "$ref": "#/$defs/list" },
            "contains": { "$ref": "#" },
            "allOf": { "$ref": "#/$defs/list" },
            "anyOf": { "$ref": "#/$defs/list" },
            "oneOf": { "$ref": "#/$defs/list" },
            "not": { "$ref": "#" },
            "if": { "$ref": "#" },
            "then": { "$ref": "#" },
            "else": { "$ref": "#" },
            "definitions": { "$ref": "#/$defs/map" },
            "dependencies": { "type": "object", "additionalProperties": { "anyOf": [ { "$ref": "#" }, { "$ref": "#/$defs/names" } ] } },
            "$recursiveAnchor": { "$ref": "#/$defs/anchor" },
            "$recursiveRef": { "type": "string" }
          },
          "$defs": {
            "anchor": { "type": "string", "pattern": "^[A-Za-z_][-A-Za-z0-9._]*$" },
            "type": { "enum": ["array", "boolean", "integer", "null", "number", "object", "string"] },
            "count": { "type": "integer", "minimum": 0 },
            "names": { "type": "array", "items": { "type": "string" }, "uniqueItems": true },
            "list": { "type": "array", "minItems": 1, "items": { "$ref": "#" } },
            "map": { "type": "object", "additionalProperties": { "$ref": "#" } }
          }
        }
        """);
}
