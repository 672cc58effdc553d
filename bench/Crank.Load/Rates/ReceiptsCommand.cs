using System.Globalization;
using Crank.Core;
using Crank.Load.Queue;
using Crank.Storage;
using Crank.Trust.Envelopes;
using Crank.Trust.Keys;
using Crank.Trust.Log;
using Crank.Trust.Notes;
using Crank.Trust.Statements;

namespace Crank.Load.Rates;

/// <summary>Receipts of real jobs, signed, appended to the log and committed in batches, against the bare signing of texts of the same length: CPU time of one thread each.</summary>
internal static class ReceiptsCommand
{
    public static async Task<int> RunAsync(Options options)
    {
        var (batch, batches, rounds) = (options.Number("--batch", 256), options.Number("--batches", 20), options.Number("--rounds", 5));
        using var scratch = new Scratch();
        Receipt receipt;
        await using (var mesh = await LoadMesh.OpenAsync(scratch.Folder("mesh"), StoreDurability.Normal, new QueueWorker(), QueueWorker.Claimed, "echo"))
        {
            receipt = (await mesh.Controller.SubmitAsync(Requests.Of(Requests.Echo, Requests.OneKibibyte), null, CancellationToken.None)).Receipt!;
        }

        using var key = SigningKey.Generate(receipt.Origin);
        await using var store = SqliteStore.Open(scratch.Folder("receipts.db"), StoreDurability.Full);
        var ids = new IdSource(TimeProvider.System, new Random(1));
        var text = DsseEnvelope.PreAuthenticationEncoding(InTotoStatement.PayloadType, ReceiptStatement.Encode(receipt));
        var (bare, signed, whole) = (new List<double>(), new List<double>(), new List<double>());
        var log = LogState.Empty;
        for (var round = 0; round <= rounds; round++)
        {
            // The first round is for what is compiled meanwhile.
            var each = (Bare(text, key, batch * batches), Signed(receipt, key, ids, batch * batches), Whole(receipt, key, ids, store, ref log, batch, batches));
            if (round > 0)
            {
                bare.Add(each.Item1);
                signed.Add(each.Item2);
                whole.Add(each.Item3);
            }
        }

        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"Medians of {rounds} rounds of {batch * batches:N0}, statements of {text.Length:N0} bytes, CPU µs each: bare Ed25519 {Median(bare):0.0}; encoded and signed {Median(signed):0.0}; encoded, signed, appended and committed {batch} at a time {Median(whole):0.0}: {1e6 / Median(whole):N0} a second of one core, {Median(bare) / Median(whole):0.00} of the bare rate of {1e6 / Median(bare):N0}"));
        return 0;
    }

    private static double Bare(byte[] text, SigningKey key, int count)
    {
        Span<byte> signature = stackalloc byte[SigningKey.SignatureSize];
        var began = ThreadCpu.Now();
        for (var i = 0; i < count; i++)
        {
            key.Sign(text, signature);
        }

        return (ThreadCpu.Now() - began).TotalMicroseconds / count;
    }

    private static double Signed(Receipt receipt, SigningKey key, IdSource ids, int count)
    {
        var began = ThreadCpu.Now();
        for (var i = 0; i < count; i++)
        {
            SignedStatement.Sign(receipt with { Job = new(ids.Next()) }, key);
        }

        return (ThreadCpu.Now() - began).TotalMicroseconds / count;
    }

    private static double Whole(Receipt receipt, SigningKey key, IdSource ids, SqliteStore store, ref LogState log, int batch, int batches)
    {
        var rows = new Batch();
        var leaves = new LogHash[batch];
        var began = ThreadCpu.Now();
        for (var number = 0; number < batches; number++)
        {
            rows.Clear();
            for (var i = 0; i < batch; i++)
            {
                var job = new JobId(ids.Next());
                var statement = SignedStatement.Sign(receipt with { Job = job }, key);
                rows.Receipts.Add(new(job, log.Size + i, statement.Envelope.ToArray()));
                leaves[i] = statement.Leaf;
            }

            (log, var nodes) = TransparencyLog.Append(log, leaves);
            foreach (var node in nodes)
            {
                rows.LogNodes.Add(new(node.Level, node.Index, node.Hash.ToArray()));
            }

            rows.Checkpoints.Add(new(log.Size, new Checkpoint(receipt.Origin, log.Size, log.Root).Sign(key).Encode()));
            store.Commit(rows);
        }

        return (ThreadCpu.Now() - began).TotalMicroseconds / (batch * batches);
    }

    private static double Median(List<double> figures) => figures.Order().ElementAt(figures.Count / 2);
}
