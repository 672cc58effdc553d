using System.Linq.Expressions;
using Crank.Rego.Values;

namespace Crank.Rego.Run;

/// <summary>Writes the beginning of a loop over a collection.</summary>
internal static class Loop
{
    /// <returns>Where the next turn begins. When there is no more, the loop goes to <paramref name="done"/>.</returns>
    public static LabelTarget Begin(Emitter to, Node source, bool ordered, int keySlot, int valueSlot, LabelTarget back, LabelTarget done)
    {
        var collection = source.Emit(to, back);
        if (!ReferenceEquals(back, done))
        {
            to.JumpUnless(Expression.Call(Emitter.Method(typeof(Cursor), nameof(Cursor.Can)), collection), back);
        }

        var cursor = to.Keep(Expression.New(typeof(Cursor).GetConstructor([typeof(Value).MakeByRefType(), typeof(bool)])!, collection, Expression.Constant(ordered)));
        var next = Emitter.Label();
        to.Mark(next);
        to.JumpUnless(Expression.Call(cursor, Emitter.Method(typeof(Cursor), nameof(Cursor.Next))), done);
        to.Tick();
        if (keySlot >= 0)
        {
            to.Add(Expression.Assign(to.Slot(keySlot), Expression.Property(cursor, nameof(Cursor.Key))));
        }

        if (valueSlot >= 0)
        {
            to.Add(Expression.Assign(to.Slot(valueSlot), Expression.Property(cursor, nameof(Cursor.Current))));
        }

        return next;
    }
}
