using Crank.Rego.Builtins.Go;
using Crank.Rego.Values;

namespace Crank.Rego.Builtins;

/// <summary>Moments in nanoseconds since 1970, their calendar and clock in any zone, Go's layouts and durations.</summary>
internal static class TimeBuiltins
{
    private const long NanosecondsPerSecond = 1_000_000_000;

    public static IEnumerable<Builtin> All =>
    [
        new("time.now_ns", 0, false, static (context, _) => context.NowNanoseconds),
        new("time.parse_ns", 2, true, static (_, a) => Parse(GoLayout.Named(Operand.Text(a, 0)), Operand.Text(a, 1))),
        new("time.parse_rfc3339_ns", 1, true, static (_, a) => Parse(GoLayout.Rfc3339, Operand.Text(a, 0))),
        new("time.parse_duration_ns", 1, true, static (_, a) => Checked(Operand.Text(a, 0), GoDuration.Parse)),
        new("time.format", 1, true, Format),
        new("time.date", 1, true, static (_, a) => Moment.Of(a, 0).Date is var date ? ArrayValue.Of(date.Year, date.Month, date.Day) : default),
        new("time.clock", 1, true, static (_, a) => Moment.Of(a, 0).Date is var date ? ArrayValue.Of(date.Hour, date.Minute, date.Second) : default),
        new("time.weekday", 1, true, static (_, a) => GoLayout.Weekday(Moment.Of(a, 0).Date)),
        new("time.add_date", 4, true, AddDate),
        new("time.diff", 2, true, Difference),
    ];

    private static TResult Checked<TState, TResult>(TState state, Func<TState, TResult> action)
    {
        try
        {
            return action(state);
        }
        catch (FormatException wrong)
        {
            throw new BuiltinException(wrong.Message);
        }
    }

    private static Value Parse(string layout, string text) => InRange(Checked((layout, text), static x => GoLayout.Parse(x.layout, x.text)));

    private static Value InRange(Int128 nanoseconds) =>
        nanoseconds < long.MinValue || nanoseconds > long.MaxValue ? throw new BuiltinException("time outside of valid range") : (long)nanoseconds;

    private static Value Format(BuiltinContext context, ReadOnlySpan<Value> arguments)
    {
        var moment = Moment.Of(arguments, 0);
        var layout = moment.Layout.Length == 0 ? GoLayout.Rfc3339Nano : GoLayout.Named(moment.Layout);
        StringBuiltins.Charge(context, layout.Length * 8L);
        return GoLayout.Format(moment.Date, moment.Offset, moment.Abbreviation, layout);
    }

    private static Value AddDate(BuiltinContext context, ReadOnlySpan<Value> arguments)
    {
        var moment = Moment.Of(arguments, 0);
        var (years, months, days) = (Operand.Integer(arguments, 1), Operand.Integer(arguments, 2), Operand.Integer(arguments, 3));
        var date = moment.Date;
        try
        {
            var local = GoDate.Seconds(checked(date.Year + years), checked(date.Month + months), checked(date.Day + days), date.Hour, date.Minute, date.Second);
            return InRange(((Int128)moment.Zone.FromLocal(local) * NanosecondsPerSecond) + date.Nanosecond);
        }
        catch (OverflowException)
        {
            throw new BuiltinException("time outside of valid range");
        }
    }

    // Years, months, days, hours, minutes and seconds between two moments, read off the calendar of the first one's zone.
    private static Value Difference(BuiltinContext context, ReadOnlySpan<Value> arguments)
    {
        var first = Moment.Of(arguments, 0);
        var second = Moment.Of(arguments, 1).In(first.Zone);
        var (a, b) = first.Nanoseconds > second.Nanoseconds ? (second.Date, first.Date) : (first.Date, second.Date);
        var (years, months, days) = (b.Year - a.Year, b.Month - a.Month, b.Day - a.Day);
        var (hours, minutes, seconds) = (b.Hour - a.Hour, b.Minute - a.Minute, b.Second - a.Second);
        Borrow(ref seconds, 60, ref minutes);
        Borrow(ref minutes, 60, ref hours);
        Borrow(ref hours, 24, ref days);
        Borrow(ref days, GoDate.DaysIn(a.Year, a.Month), ref months);
        if (months < 0)
        {
            months += 12;
            years--;
        }

        return ArrayValue.Of(years, months, days, hours, minutes, seconds);
    }

    private static void Borrow(ref int value, int size, ref int next)
    {
        if (value < 0)
        {
            value += size;
            next--;
        }
    }

    /// <summary>A number of nanoseconds, or an array of that, a zone and for <c>time.format</c> a layout.</summary>
    private readonly record struct Moment(long Nanoseconds, GoZone Zone, string Layout)
    {
        public int Offset => Zone.At(Seconds).Offset;

        public string Abbreviation => Zone.At(Seconds).Name;

        public GoDate Date => GoDate.At(Nanoseconds, Offset);

        private long Seconds => (Nanoseconds / NanosecondsPerSecond) - (Nanoseconds % NanosecondsPerSecond < 0 ? 1 : 0);

        public Moment In(GoZone zone) => this with { Zone = zone };

        public static Moment Of(ReadOnlySpan<Value> arguments, int index)
        {
            const string Expected = "either number (ns) or [number (ns), string (tz)]";
            var argument = arguments[index];
            var parts = argument.Kind switch
            {
                ValueKind.Number => arguments.Slice(index, 1),
                ValueKind.Array when argument.AsArray().Count > 0 => argument.AsArray().Span,
                _ => throw Operand.WrongType(0, argument, Expected),
            };
            if (parts[0].Kind != ValueKind.Number)
            {
                throw Operand.WrongType(0, parts[0], "number");
            }

            var zone = parts.Length > 1 ? parts[1].TryGetString(out var name) ? Checked(name, GoZone.Of) : throw Operand.WrongType(0, parts[1], "string") : GoZone.Utc;
            var layout = parts.Length > 2 ? parts[2].TryGetString(out var text) ? text : throw Operand.WrongType(0, parts[2], "string") : "";
            return parts[0].TryGetInt64(out var nanoseconds) ? new(nanoseconds, zone, layout) : throw new BuiltinException("timestamp too big");
        }
    }
}
