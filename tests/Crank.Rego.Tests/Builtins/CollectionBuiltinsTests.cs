using Crank.Rego.Builtins;

namespace Crank.Rego.Tests.Builtins;

public sealed class CollectionBuiltinsTests
{
    [Theory]
    [InlineData("count", """["añ😀"]""", "3")]
    [InlineData("count", """[{"$set": [1, 1.0, 2]}]""", "2")]
    [InlineData("sum", "[[9223372036854775807, 1]]", "9223372036854775808")]
    [InlineData("sum", "[[0.1, 0.2]]", "0.3")]
    [InlineData("sum", "[[]]", "0")]
    [InlineData("product", """[{"$set": [2, 3, 7]}]""", "42")]
    [InlineData("max", """[[1, "a", null]]""", "\"a\"")]
    [InlineData("min", """[[1, "a", null]]""", "null")]
    [InlineData("max", "[[]]", "undefined")]
    [InlineData("sort", "[[3, 1, 2]]", "[1,2,3]")]
    [InlineData("any", "[[false, true]]", "true")]
    [InlineData("all", "[[false, true]]", "false")]
    [InlineData("internal.member_2", """[2, {"a": 2}]""", "true")]
    [InlineData("internal.member_3", """["a", 3, {"a": 2}]""", "false")]
    public void Aggregates_count_add_and_compare(string name, string arguments, string expected) => Assert.Equal(expected, Calls.Json(name, arguments));

    [Theory]
    [InlineData("array.concat", "[[1], [2]]", "[1,2]")]
    [InlineData("array.slice", "[[1, 2, 3], -5, 2]", "[1,2]")]
    [InlineData("array.slice", "[[1, 2, 3], 2, 1]", "[]")]
    [InlineData("array.reverse", "[[1, 2]]", "[2,1]")]
    [InlineData("array.flatten", "[[1, [2, [3]], []]]", "[1,2,[3]]")]
    [InlineData("and", """[{"$set": [1, 2]}, {"$set": [2, 3]}]""", "[2]")]
    [InlineData("or", """[{"$set": [1, 2]}, {"$set": [2, 3]}]""", "[1,2,3]")]
    [InlineData("minus", """[{"$set": [1, 2]}, {"$set": [2, 3]}]""", "[1]")]
    [InlineData("intersection", """[{"$set": [{"$set": [1, 2]}, {"$set": [2]}]}]""", "[2]")]
    [InlineData("intersection", """[{"$set": []}]""", "[]")]
    [InlineData("union", """[{"$set": [{"$set": [1, 2]}, {"$set": [2]}]}]""", "[1,2]")]
    public void Arrays_and_sets_are_joined_and_cut(string name, string arguments, string expected) => Assert.Equal(expected, Calls.Json(name, arguments));

    [Theory]
    [InlineData("object.get", """[{"a": [{"b": 7}]}, ["a", 0, "b"], 0]""", "7")]
    [InlineData("object.get", """[{"a": 1}, "x", "none"]""", "\"none\"")]
    [InlineData("object.keys", """[{"a": 1, "b": 2}]""", """["a","b"]""")]
    [InlineData("object.remove", """[{"a": 1, "b": 2}, ["a"]]""", """{"b":2}""")]
    [InlineData("object.filter", """[{"a": 1, "b": 2}, {"a": 0}]""", """{"a":1}""")]
    [InlineData("object.union", """[{"a": {"x": 1, "y": 2}, "b": 1}, {"a": {"y": 3}}]""", """{"a":{"x":1,"y":3},"b":1}""")]
    [InlineData("object.union_n", """[[{"a": {"b": 2}}, {"a": 4}, {"a": {"c": 3}}]]""", """{"a":{"c":3}}""")]
    [InlineData("object.subset", """[{"a": 1, "b": {"c": [1, 2, 3]}}, {"b": {"c": [2, 3]}}]""", "true")]
    [InlineData("object.subset", """[[1, 2, 3], [1, 3]]""", "false")]
    [InlineData("object.subset", """[[1, 2, 3], {"$set": [3, 1]}]""", "true")]
    public void Objects_are_read_merged_and_compared(string name, string arguments, string expected) => Assert.Equal(expected, Calls.Json(name, arguments));

    [Theory]
    [InlineData("json.filter", """[{"a": {"b": 1, "c": 2}, "d": [10, 11]}, ["a/b", "d/1"]]""", """{"a":{"b":1},"d":[11]}""")]
    [InlineData("json.remove", """[{"a": {"b": 1, "c": 2}, "d": [10, 11]}, {"$set": ["a/b", "/d/0"]}]""", """{"a":{"c":2},"d":[11]}""")]
    [InlineData("json.remove", """[{"a~/b": 1, "c": 2}, ["a~0~1b"]]""", """{"c":2}""")]
    [InlineData("json.patch", """[{"a": [1, 3]}, [{"op": "add", "path": "/a/1", "value": 2}, {"op": "add", "path": "/a/-", "value": 4}]]""", """{"a":[1,2,3,4]}""")]
    [InlineData("json.patch", """[{"a": 1}, [{"op": "replace", "path": "/b", "value": 2}]]""", "undefined")]
    [InlineData("json.patch", """[{"a": {"x": 1}}, [{"op": "move", "from": "/a/x", "path": "/y"}, {"op": "test", "path": "/y", "value": 1}]]""", """{"a":{},"y":1}""")]
    [InlineData("json.patch", """[{"$set": ["a", "b"]}, [{"op": "remove", "path": "/a"}, {"op": "add", "path": "/c", "value": "c"}]]""", """["b","c"]""")]
    [InlineData("json.patch", """[{"a": [1]}, [{"op": "add", "path": "/a/01", "value": 2}]]""", "undefined")]
    public void Documents_are_filtered_cut_and_patched_by_path(string name, string arguments, string expected) => Assert.Equal(expected, Calls.Json(name, arguments));

    [Theory]
    [InlineData("graph.reachable", """[{"a": ["b"], "b": ["a", "c"], "c": []}, ["a"]]""", """["a","b","c"]""")]
    [InlineData("graph.reachable_paths", """[{"a": ["b", "c"], "b": ["c"], "c": []}, {"$set": ["a"]}]""", """[["a","b","c"],["a","c"]]""")]
    [InlineData("graph.reachable_paths", """[{"a": ["b"], "b": ["a", "x"]}, ["a"]]""", """[["a","b"]]""")]
    [InlineData("walk", """[{"a": [7]}]""", """[[[],{"a":[7]}],[["a"],[7]],[["a",0],7]]""")]
    public void Graphs_and_documents_are_walked(string name, string arguments, string expected) => Assert.Equal(expected, Calls.Json(name, arguments));

    [Theory]
    [InlineData("count", "[5]", "operand 1 must be one of {array, object, set, string} but got number")]
    [InlineData("sum", """[["a"]]""", "operand 1 must be array of numbers but got array containing string")]
    [InlineData("array.flatten", "[42]", "operand 1 must be array but got number")]
    [InlineData("object.subset", "[{}, []]", "both arguments object.subset must be of the same type or array and set")]
    [InlineData("minus", """[{"$set": []}, 1]""", "operand 2 must be set but got number")]
    [InlineData("json.filter", """[{}, "a"]""", "operand 2 must be one of {set, array} but got string")]
    public void Arguments_of_the_wrong_kind_are_named(string name, string arguments, string expected) =>
        Assert.Equal(expected, Calls.Error(name, arguments, BuiltinError.WrongType));
}
