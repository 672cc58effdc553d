using AngleSharp.Dom;

namespace Crank.Doc.Reading.Html;

/// <summary>
/// Watches the tree grow, element by element, whatever the tags before it looked like: counts what the builder clones by itself
/// when it opens formatting again, and refuses a tree too deep to be walked.
/// </summary>
internal sealed class TreeWatch(ReaderBudget budget)
{
    /// <summary>An element of the tree takes as much memory as this many nodes of the model; both exist at the same time.</summary>
    private const int ElementWeight = 4;

    /// <summary>Deeper than <see cref="NestingGuard"/> leaves any page: up to 200 tags, each with the three that a table adds.</summary>
    private const int DeepestTree = 1200;

    private readonly HashSet<IElement> _counted = new(ReferenceEqualityComparer.Instance);
    private IElement? _last;

    /// <summary>Called as the builder makes an element, before it stands in the tree: the one before it stands there now.</summary>
    /// <exception cref="DocumentRefusedException">Too many elements, or nested too deep.</exception>
    public void Created(IElement element)
    {
        var depth = 0;
        var isNew = true;
        for (var above = _last?.ParentElement; above is not null; above = above.ParentElement)
        {
            isNew = isNew && Count(above);
            if (++depth > DeepestTree)
            {
                throw new DocumentRefusedException(RefusalReason.TooDeep, $"The page nests deeper than {DeepestTree} elements.");
            }
        }

        for (var below = _last?.LastElementChild; below is not null && Count(below); below = below.LastElementChild)
        {
        }

        Count(element);
        _last = element;
    }

    private bool Count(IElement element)
    {
        if (!_counted.Add(element))
        {
            return false;
        }

        budget.Nodes(ElementWeight);
        return true;
    }
}
