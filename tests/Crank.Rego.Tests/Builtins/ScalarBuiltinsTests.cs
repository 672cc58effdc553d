using Crank.Rego.Builtins;
using CsCheck;

namespace Crank.Rego.Tests.Builtins;

public sealed class ScalarBuiltinsTests
{
    [Fact]
    public void Quantities_have_the_same_bytes_however_they_are_read() =>
        Gen.Select(Gen.Int[0, 999_999_999], Gen.OneOf([.. ((string[])["", "k", "K", "kB", "m", "Mi", "MiB", "g", "GI", "gib", "T", "Tib", "E", "b", "x", "kx", "MIx", "kbb"]).Select(Gen.Const)])).Sample((amount, unit) =>
        {
            // With leading zeros it is too long for the short way.
            var digits = amount.ToString(System.Globalization.CultureInfo.InvariantCulture);
            Assert.Equal(Answer(digits.PadLeft(12, '0') + unit), Answer(digits + unit));
        }, iter: 2_000);

    private static string Answer(string quantity)
    {
        try
        {
            return Calls.Json("units.parse_bytes", $"""["{quantity}"]""");
        }
        catch (BuiltinException e)
        {
            return e.Message;
        }
    }

    [Theory]
    [InlineData("units.parse", """["500m"]""", "0.5000000000")]
    [InlineData("units.parse", """["1.5K"]""", "1500")]
    [InlineData("units.parse", """["2e3Mi"]""", "2097152000")]
    [InlineData("units.parse", """["1E"]""", "1000000000000000000")]
    [InlineData("units.parse_bytes", """["1.1KiB"]""", "1126")]
    [InlineData("units.parse_bytes", """["\"100TIB\""]""", "109951162777600")]
    [InlineData("semver.compare", """["1.0.0-alpha.1", "1.0.0-alpha.beta"]""", "-1")]
    [InlineData("semver.compare", """["v1.10.0", "1.9.9+build"]""", "1")]
    [InlineData("semver.is_valid", """["1.2"]""", "false")]
    [InlineData("uuid.parse", """["{00000000-0000-4000-8000-000000000000}"]""", """{"variant":"RFC4122","version":4}""")]
    [InlineData("uuid.parse", """["000003e8-48b9-21ee-b200-325096b39f47"]""", """{"clocksequence":12800,"domain":"Person","id":1000,"macvariables":"local:unicast","nodeid":"32-50-96-b3-9f-47","time":1693566990121469600,"variant":"RFC4122","version":2}""")]
    [InlineData("net.cidr_contains", """["10.0.0.0/8", "10.1.0.0/16"]""", "true")]
    [InlineData("net.cidr_contains", """["::/0", "10.1.0.1"]""", "false")]
    [InlineData("net.cidr_intersects", """["192.168.0.0/16", "192.168.1.0/24"]""", "true")]
    [InlineData("net.cidr_expand", """["2001:db8::fffe/127"]""", """["2001:db8::fffe","2001:db8::ffff"]""")]
    [InlineData("net.cidr_is_valid", """["010.0.0.0/8"]""", "false")]
    [InlineData("net.cidr_merge", """[["192.0.2.112/30", "192.0.2.116/31", "192.0.2.118/31", "::/1", "8000::/1"]]""", """["192.0.2.112/29","::/0"]""")]
    [InlineData("net.cidr_contains_matches", """[{"x": "1.1.1.0/24"}, ["1.1.1.128", ["1.1.2.0/24", 5]]]""", """[["x",0]]""")]
    public void Amounts_versions_and_networks_are_read(string name, string arguments, string expected) => Assert.Equal(expected, Calls.Json(name, arguments));

    [Theory]
    [InlineData("time.now_ns", "[]", "1795608000000000000")]
    [InlineData("time.parse_rfc3339_ns", """["2017-06-02T19:00:00.5-07:00"]""", "1496455200500000000")]
    [InlineData("time.parse_ns", """["RFC822Z", "02 Jun 17 19:00 -0700"]""", "1496455200000000000")]
    [InlineData("time.parse_ns", """["Monday, 02-Jan-06 3:04PM", "friday, 02-Jun-17 7:00PM"]""", "1496430000000000000")]
    [InlineData("time.parse_ns", """["2006 002", "2020 060"]""", "1582934400000000000")]
    [InlineData("time.parse_duration_ns", """["1h15m30.918273645s"]""", "4530918273645")]
    [InlineData("time.parse_duration_ns", """["-1.5h"]""", "-5400000000000")]
    [InlineData("time.format", "[0]", "\"1970-01-01T00:00:00Z\"")]
    [InlineData("time.format", """[[1670006453141828752, "Asia/Kolkata", "Mon Jan _2 03:04:05.000PM -0700 2006"]]""", "\"Sat Dec  3 12:10:53.141AM +0530 2022\"")]
    [InlineData("time.format", """[[1751328000000000000, "America/New_York", "UnixDate"]]""", "\"Mon Jun 30 20:00:00 EDT 2025\"")]
    [InlineData("time.format", """[[4100000000000000000, "Europe/Berlin", "RFC3339"]]""", "\"2099-12-03T17:53:20+01:00\"")]
    [InlineData("time.date", """[[1517814000000000000, "America/Los_Angeles"]]""", "[2018,2,4]")]
    [InlineData("time.clock", "[-1]", "[23,59,59]")]
    [InlineData("time.weekday", "[0]", "\"Thursday\"")]
    [InlineData("time.add_date", "[1585852421593912000, 3, 9, 12]", "1705257221593912000")]
    [InlineData("time.diff", "[1585852421593912000, 1705257221593912000]", "[3,9,12,0,0,0]")]
    public void Moments_are_read_written_and_compared(string name, string arguments, string expected) => Assert.Equal(expected, Calls.Json(name, arguments));

    [Theory]
    [InlineData("units.parse_bytes", """["GB"]""", "no byte amount provided")]
    [InlineData("units.parse_bytes", """["100 kb"]""", "spaces not allowed in resource strings")]
    [InlineData("units.parse_bytes", """["10e10000000EiB"]""", "exponent too large")]
    [InlineData("units.parse", """["1.2.3"]""", "could not parse amount to a number")]
    [InlineData("units.parse", """["1x"]""", "unit x not recognized")]
    [InlineData("semver.compare", """["1", "1.0.0"]""", "operand 1: string \"1\" is not a valid SemVer")]
    [InlineData("net.cidr_expand", """["192.168.1.1/33"]""", "invalid CIDR address: 192.168.1.1/33")]
    [InlineData("net.cidr_merge", """[["::1"]]""", "IPv6 invalid: needs prefix length")]
    [InlineData("time.parse_rfc3339_ns", """["2262-04-11T23:47:16.854775808-00:00"]""", "time outside of valid range")]
    [InlineData("time.parse_rfc3339_ns", """["2017-13-02T19:00:00Z"]""", "parsing time \"2017-13-02T19:00:00Z\": month out of range")]
    [InlineData("time.parse_ns", """["2006", "x"]""", "parsing time \"x\" as \"2006\": cannot parse \"x\" as \"2006\"")]
    [InlineData("time.parse_duration_ns", """["5 m"]""", "time: unknown unit \" m\" in duration \"5 m\"")]
    [InlineData("time.format", """[[0, "../etc/passwd"]]""", "unknown time zone ../etc/passwd")]
    [InlineData("time.date", "[1582977600000000000000]", "timestamp too big")]
    public void What_cannot_be_read_is_said(string name, string arguments, string expected) => Assert.Equal(expected, Calls.Error(name, arguments));

    [Fact]
    public void A_network_too_large_to_write_out_ends_at_a_limit()
    {
        Assert.Throws<LimitException>(() => Calls.Call("net.cidr_expand", """["0.0.0.0/0"]"""));
        Assert.Throws<LimitException>(() => Calls.Call("net.cidr_expand", """["::/0"]"""));
    }
}
