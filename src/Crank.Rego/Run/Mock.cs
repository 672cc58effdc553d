using Crank.Rego.Values;

namespace Crank.Rego.Run;

/// <summary>A function or builtin that <c>with</c> replaces by another function, or by a value.</summary>
internal sealed record Mock(string Name, Callable? Function, Value Value, Mock? Outer)
{
    public static Mock? Find(Mock? mocks, string name)
    {
        for (var mock = mocks; mock is not null; mock = mock.Outer)
        {
            if (mock.Name == name)
            {
                return mock;
            }
        }

        return null;
    }
}
