using System.Collections.Immutable;
using Crank.Core;
using CsCheck;

namespace Crank.Ledger.Tests.Posting;

public sealed class LedgerModelTests
{
    private static readonly AccountId[] Names = [Opening.Owner, Opening.Platform, Opening.Quality, Opening.LocalProvider, Some.Account("nobody")];

    private sealed record Move(int Kind, int Job, int From, int To, long Micros, int At);

    private static readonly Gen<Move[]> Moves =
        Gen.Select(Gen.Int[0, 6], Gen.Int[0, 7], Gen.Int[0, 4], Gen.Int[0, 4], Gen.Long[-5, 700], Gen.Int[0, 40])
            .Select((kind, job, from, to, micros, at) => new Move(kind, job, from, to, micros, at)).Array[0, 80];

    /// <summary>What a person would keep with a pencil: no batches, no versions, no shared code.</summary>
    private sealed class Model
    {
        internal readonly long[] Balances = new long[5];
        internal readonly Dictionary<int, (int Account, long Micros, int At)> Open = [];
        internal readonly HashSet<int> Closed = [];

        internal long Available(int account) => Balances[account] - Open.Values.Where(h => h.Account == account).Sum(h => h.Micros);

        internal static long Limit(int account) => account == 0 ? -1_000 : 0;

        internal bool Can(int account, long micros) => account < 4 && Available(account) - micros >= Limit(account);
    }

    [Fact]
    public void Any_sequence_of_postings_agrees_with_a_simple_model_and_adds_up() => Moves.Sample(moves =>
    {
        var (model, ids) = (new Model(), Some.Ids());
        var state = Some.Opened();
        var batch = new LedgerBatch(state);
        var (transfers, holds) = (new List<Transfer>(), new Dictionary<JobId, Hold>());
        for (var i = 0; i < moves.Length; i++)
        {
            Play(moves[i], i, model, batch, ids);
            if (moves[i].Kind == 6 || i == moves.Length - 1)
            {
                var changes = batch.Seal();
                state = changes.State;
                batch = new LedgerBatch(state);
                transfers.AddRange(changes.Transfers);
                foreach (var hold in changes.Holds)
                {
                    holds[hold.Job] = hold;
                }
            }
        }

        Assert.Equal(0, state.Accounts.Values.Sum(a => a.Balance.Micros));
        Assert.All(state.Accounts.Values, a => Assert.True(a.Available >= a.Limit));
        Assert.Empty(LedgerAudit.Check(state.Accounts.Values, transfers, holds.Values));
        for (var i = 0; i < 4; i++)
        {
            Assert.Equal((model.Balances[i], model.Available(i)), (state.Accounts[Names[i]].Balance.Micros, state.Accounts[Names[i]].Available.Micros));
        }

        Assert.Equal(model.Open.Keys.Select(Some.Job).Order(), state.OpenHolds.Keys.Order());
    });

    private static void Play(Move move, int number, Model model, LedgerBatch batch, IdSource ids)
    {
        var job = Some.Job(move.Job);
        switch (move.Kind)
        {
            case 0 or 1 when model.Closed.Contains(move.Job): // a job id is used once: the store refuses it across batches
                break;
            case 0 or 1:
                var mayHold = move.Micros >= 0 && !model.Open.ContainsKey(move.Job) && model.Can(move.From, move.Micros);
                Assert.Equal(mayHold, batch.Hold(job, Names[move.From], Some.Micros(move.Micros), Some.Noon.AddMinutes(move.At)) == LedgerStatus.Applied);
                if (mayHold)
                {
                    model.Open[move.Job] = (move.From, move.Micros, move.At);
                }

                break;
            case 2 or 3:
                var (first, second) = (move.Micros / 2, move.Micros - (move.Micros / 2));
                var maySettle = model.Open.TryGetValue(move.Job, out var hold) && move.Micros >= 0 && move.Micros <= hold.Micros
                    && move.To < 4 && move.To != hold.Account && hold.Account != 2;
                ImmutableArray<Share> shares = [new(Names[move.To], Some.Micros(first)), new(Opening.Quality, Some.Micros(second))];
                Assert.Equal(maySettle, batch.Settle(job, shares, ids, Some.Noon) == LedgerStatus.Applied);
                if (maySettle)
                {
                    model.Open.Remove(move.Job);
                    model.Closed.Add(move.Job);
                    model.Balances[hold.Account] -= move.Micros;
                    model.Balances[move.To] += first;
                    model.Balances[2] += second;
                }

                break;
            case 4:
                Assert.Equal(model.Open.Remove(move.Job), batch.Void(job) == LedgerStatus.Applied);
                model.Closed.Add(move.Job);
                break;
            case 5:
                var due = model.Open.Where(h => h.Value.At <= move.At).Select(h => h.Key).Order().ToArray();
                Assert.Equal(due.Select(Some.Job), batch.Expire(Some.Noon.AddMinutes(move.At)));
                Assert.All(due, d => model.Open.Remove(d));
                model.Closed.UnionWith(due);
                break;
            default:
                var mayPost = move.Micros > 0 && move.From != move.To && move.To < 4 && model.Can(move.From, move.Micros);
                Assert.Equal(mayPost, batch.Post(Some.Transfer(number, Names[move.From], Names[move.To], move.Micros)) == LedgerStatus.Applied);
                if (mayPost)
                {
                    model.Balances[move.From] -= move.Micros;
                    model.Balances[move.To] += move.Micros;
                }

                break;
        }
    }
}
