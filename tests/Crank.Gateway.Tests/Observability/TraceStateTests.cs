using Crank.Gateway.Observability;
using Microsoft.Extensions.Primitives;

namespace Crank.Gateway.Tests.Observability;

/// <summary>The cases of the W3C trace-context test suite, by its names.</summary>
public sealed class TraceStateTests
{
    private const string Trace = "12345678901234567890123456789012";
    private const string Parent = "1234567890123456";

    public static TheoryData<string, string[], string?> TraceParents { get; } = new()
    {
        { "traceparent_included_tracestate_missing", [$"00-{Trace}-{Parent}-00"], $"00-{Trace}-{Parent}-00" },
        { "traceparent_header_name_is_found_whatever_spaces_surround_the_value", [$" \t00-{Trace}-{Parent}-01\t "], $"00-{Trace}-{Parent}-01" },
        { "traceparent_missing", [], null },
        { "traceparent_empty", [""], null },
        { "traceparent_duplicated", [$"00-{Trace}-{Parent}-01", $"00-{Trace}-{Parent[..15]}1-01"], null },
        { "traceparent_duplicated_same", [$"00-{Trace}-{Parent}-01", $"00-{Trace}-{Parent}-01"], null },
        { "traceparent_in_one_field_twice", [$"00-{Trace}-{Parent}-01,00-{Trace}-{Parent}-01"], null },
        { "traceparent_version_0x00_with_more", [$"00-{Trace}-{Parent}-01."], null },
        { "traceparent_version_0x00_with_more_fields", [$"00-{Trace}-{Parent}-01-what-the-future-will-be-like"], null },
        { "traceparent_version_0xcc", [$"cc-{Trace}-{Parent}-01"], $"00-{Trace}-{Parent}-01" },
        { "traceparent_version_0xcc_with_fields", [$"cc-{Trace}-{Parent}-01-what-the-future-will-be-like"], $"00-{Trace}-{Parent}-01" },
        { "traceparent_version_0xcc_with_more", [$"cc-{Trace}-{Parent}-01.what-the-future-will-not-be-like"], null },
        { "traceparent_version_0xff", [$"ff-{Trace}-{Parent}-01"], null },
        { "traceparent_version_illegal_characters_dot", [$".0-{Trace}-{Parent}-01"], null },
        { "traceparent_version_illegal_characters_dash", [$"0--{Trace}-{Parent}-01"], null },
        { "traceparent_version_too_long", [$"000-{Trace}-{Parent}-01"], null },
        { "traceparent_version_too_short", [$"0-{Trace}-{Parent}-01"], null },
        { "traceparent_trace_id_all_zero", [$"00-{new string('0', 32)}-{Parent}-01"], null },
        { "traceparent_trace_id_illegal_characters", [$"00-.{Trace[1..]}-{Parent}-01"], null },
        { "traceparent_trace_id_upper_case", [$"00-{"ABCDEFABCDEFABCDEFABCDEFABCDEFAB"}-{Parent}-01"], null },
        { "traceparent_trace_id_too_long", [$"00-1{Trace}-{Parent}-01"], null },
        { "traceparent_trace_id_too_short", [$"00-{Trace[1..]}-{Parent}-01"], null },
        { "traceparent_parent_id_all_zero", [$"00-{Trace}-{new string('0', 16)}-01"], null },
        { "traceparent_parent_id_illegal_characters", [$"00-{Trace}-.{Parent[1..]}-01"], null },
        { "traceparent_parent_id_too_long", [$"00-{Trace}-1{Parent}-01"], null },
        { "traceparent_parent_id_too_short", [$"00-{Trace}-{Parent[1..]}-01"], null },
        { "traceparent_trace_flags_illegal_characters", [$"00-{Trace}-{Parent}-.0"], null },
        { "traceparent_trace_flags_illegal_characters_dash", [$"00-{Trace}-{Parent}-0-"], null },
        { "traceparent_trace_flags_too_long", [$"00-{Trace}-{Parent}-001"], null },
        { "traceparent_trace_flags_too_short", [$"00-{Trace}-{Parent}-1"], null },
        { "traceparent_trace_flags_unknown_bits_are_not_passed_on", [$"00-{Trace}-{Parent}-ff"], $"00-{Trace}-{Parent}-03" },
    };

    public static TheoryData<string, string[], string?> TraceStates { get; } = new()
    {
        { "tracestate_included", ["foo=1,bar=2"], "foo=1,bar=2" },
        { "tracestate_missing", [], null },
        { "tracestate_empty_header", [""], null },
        { "tracestate_empty_header_before_another", ["", "foo=1"], "foo=1" },
        { "tracestate_multiple_headers_different_keys", ["foo=1,bar=2", "rojo=1,congo=2", "baz=3"], "foo=1,bar=2,rojo=1,congo=2,baz=3" },
        { "tracestate_duplicated_keys", ["foo=1,foo=1"], null },
        { "tracestate_duplicated_keys_in_two_headers", ["foo=1", "foo=2"], null },
        { "tracestate_ows_handling", ["foo=1 \t , \t bar=2, \t baz=3"], "foo=1,bar=2,baz=3" },
        { "tracestate_empty_members", ["foo=1,,,bar=2,"], "foo=1,bar=2" },
        { "tracestate_all_allowed_characters_in_a_key", ["abcdefghijklmnopqrstuvwxyz0123456789_-*/=1"], "abcdefghijklmnopqrstuvwxyz0123456789_-*/=1" },
        { "tracestate_all_allowed_characters_in_a_tenant_key", ["0123456789_-*/@abcdefghijk_-*=1"], "0123456789_-*/@abcdefghijk_-*=1" },
        { "tracestate_all_allowed_characters_in_a_value", ["foo=" + Printable()], "foo=" + Printable() },
        { "tracestate_key_illegal_characters_space", ["foo =1"], null },
        { "tracestate_key_illegal_characters_upper_case", ["FOO=1"], null },
        { "tracestate_key_illegal_characters_dot", ["foo.bar=1"], null },
        { "tracestate_key_illegal_vendor_format_no_system", ["foo@=1,bar=2"], null },
        { "tracestate_key_illegal_vendor_format_no_tenant", ["@foo=1,bar=2"], null },
        { "tracestate_key_illegal_vendor_format_two_systems", ["foo@@bar=1,bar=2"], null },
        { "tracestate_key_illegal_vendor_format_three_parts", ["foo@bar@baz=1,bar=2"], null },
        { "tracestate_key_length_limit", [new string('z', 256) + "=1"], new string('z', 256) + "=1" },
        { "tracestate_key_length_limit_exceeded", [new string('z', 257) + "=1"], null },
        { "tracestate_key_length_limit_of_a_tenant", [new string('t', 241) + "@" + new string('v', 14) + "=1"], new string('t', 241) + "@" + new string('v', 14) + "=1" },
        { "tracestate_key_length_limit_of_a_tenant_exceeded", [new string('t', 242) + "@v=1"], null },
        { "tracestate_key_length_limit_of_a_system_exceeded", ["t@" + new string('v', 15) + "=1"], null },
        { "tracestate_value_length_limit", ["foo=" + new string('v', 256)], "foo=" + new string('v', 256) },
        { "tracestate_value_length_limit_exceeded", ["foo=" + new string('v', 257)], null },
        { "tracestate_value_illegal_characters_equals", ["foo=bar=baz"], null },
        { "tracestate_value_illegal_characters_control", ["foo=bar\u0001"], null },
        { "tracestate_value_missing", ["foo=,bar=3"], null },
        { "tracestate_equals_missing", ["foo"], null },
        { "tracestate_key_missing", ["=1"], null },
        { "tracestate_member_count_limit", [string.Join(',', Enumerable.Range(0, 32).Select(i => $"k{i}=1"))], string.Join(',', Enumerable.Range(0, 32).Select(i => $"k{i}=1")) },
        { "tracestate_member_count_limit_exceeded", [string.Join(',', Enumerable.Range(0, 33).Select(i => $"k{i}=1"))], null },
    };

    [Theory, MemberData(nameof(TraceParents))]
    public void A_traceparent_counts_whole_or_not_at_all(string name, string[] fields, string? expected)
    {
        Assert.NotEmpty(name);
        Assert.Equal(expected, TracePropagator.Read(new StringValues(fields), new StringValues("foo=1")).TraceParent);
        Assert.Equal(expected is null ? null : "foo=1", TracePropagator.Read(new StringValues(fields), new StringValues("foo=1")).TraceState);
    }

    [Theory, MemberData(nameof(TraceStates))]
    public void A_tracestate_counts_whole_or_not_at_all_and_never_harms_the_trace(string name, string[] fields, string? expected)
    {
        Assert.NotEmpty(name);
        var (parent, state) = TracePropagator.Read(new StringValues($"00-{Trace}-{Parent}-01"), new StringValues(fields));
        Assert.Equal(expected, state);
        Assert.Equal($"00-{Trace}-{Parent}-01", parent);
    }

    private static string Printable() => string.Concat(Enumerable.Range('!', '~' - '!' + 1).Select(c => (char)c).Where(c => c is not ',' and not '='));
}
